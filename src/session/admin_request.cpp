#include "admin_request.hpp"

#include <charconv>

#include "form.hpp"

namespace session {
namespace {

bool is_allowed(AdminCall call, std::string_view name) {
    switch (call) {
        case AdminCall::list:
            return name == "user" || name == "tenant" || name == "cursor" || name == "limit";
        case AdminCall::show:
        case AdminCall::end:
            return name == "user";
        case AdminCall::cleanup:
            return name == "cursor";
        default:
            return false;
    }
}

std::optional<Problem> read_limit(std::string_view text, AdminRequest& request) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, request.limit);
    if (error != std::errc() || stop != end || request.limit == 0 || request.limit > kMostListed) {
        return bad_field("limit", "is no number from 1 to " + std::to_string(kMostListed));
    }
    return std::nullopt;
}

// Once it is known whose list it is.
std::optional<Problem> read_cursor(std::string_view text, AdminRequest& request) {
    bool good = false;
    if (request.user.empty()) {
        const auto scan = read_scan_cursor(text);
        good = scan.has_value();
        request.scan = scan.value_or("0");
    } else {
        request.behind = read_user_cursor(text);
        good = request.behind.has_value();
    }
    return good ? std::nullopt
                : std::optional(bad_field("cursor", "is none that this list has given"));
}

std::optional<Problem> read_field(const std::string& name, const std::string& value,
                                  AdminRequest& request) {
    if (name == "limit") {
        return read_limit(value, request);
    }
    if (name == "cursor") {
        return std::nullopt;  // read behind the others
    }
    if (!is_admin_name(value)) {
        return bad_field(name, kNameRule);
    }
    (name == "user" ? request.user : request.tenant) = value;
    return std::nullopt;
}

}  // namespace

std::variant<AdminRequest, Problem> read_admin_query(const AdminTarget& target,
                                                     std::string_view query) {
    AdminRequest request;
    static_cast<AdminTarget&>(request) = target;
    const auto fields = parse_form(query);
    if (!fields) {
        return bad_field("", "the query has an escape that is none");
    }
    for (const auto& [name, value] : *fields) {
        if (!is_allowed(target.call, name)) {
            return bad_field(name, "is no parameter of this call");
        }
        if (!only_field(*fields, name)) {
            return bad_field(name, "stands there twice");
        }
        if (auto problem = read_field(name, value, request)) {
            return *problem;
        }
    }
    const auto cursor = only_field(*fields, "cursor");
    if (cursor) {
        if (auto problem = read_cursor(*cursor, request)) {
            return *problem;
        }
    }
    if ((target.call == AdminCall::show || target.call == AdminCall::end) && request.user.empty()) {
        return bad_field("user", "is missing: whose session is it");
    }
    return request;
}

}  // namespace session
