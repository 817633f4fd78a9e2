// The bodies of the operators' calls: JSON, and the form of RFC 7009.
#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "../jwt/document.hpp"
#include "admin_request.hpp"
#include "ascii.hpp"
#include "form.hpp"

namespace session {
namespace {

using Outcome = std::optional<Problem>;

constexpr std::int64_t kCentury = std::int64_t{100} * 366 * 24 * 3600;  // seconds

// The type without its parameters.
bool is_type(std::string_view content_type, std::string_view type) {
    return equals_ignoring_case(trim(cut(content_type, ';')), type);
}

Outcome check_members(const jwt::Document& body, std::initializer_list<std::string_view> known) {
    for (const std::string& name : body.names()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return bad_field(name, "is no member of this call");
        }
    }
    return std::nullopt;
}

Outcome read_name(const jwt::Document& body, const char* name, bool required, std::string& value) {
    if (!body.has(name)) {
        return required ? Outcome(bad_field(name, "is missing")) : std::nullopt;
    }
    const auto text = body.string(name);
    if (!text || !is_admin_name(*text)) {
        return bad_field(name, kNameRule);
    }
    value = *text;
    return std::nullopt;
}

// A time ahead would lock out who has yet to come: most often it is one in milliseconds.
Outcome read_before(const jwt::Document& body, std::int64_t now, AdminRequest& request) {
    const auto time = body.integer("before");
    if (!body.has("before")) {
        return bad_field("before", "is missing: a Unix time, in whole seconds");
    }
    if (!time || *time < 0) {
        return bad_field("before", "is no Unix time in whole seconds");
    }
    if (*time > now + kMostAhead) {
        return bad_field("before", "lies ahead: a Unix time in seconds is up to " +
                                       std::to_string(now) + " by now");
    }
    request.before = time;
    return std::nullopt;
}

Outcome read_creation(const jwt::Document& body, AdminRequest& request) {
    Outcome problem = check_members(body, {"user", "tenant", "claims"});
    problem = problem ? problem : read_name(body, "user", true, request.user);
    problem = problem ? problem : read_name(body, "tenant", false, request.tenant);
    if (problem || !body.has("claims")) {
        return problem;
    }
    const auto claims = body.object("claims");
    if (!claims) {
        return bad_field("claims", "is no JSON object");
    }
    request.claims = *claims;
    return std::nullopt;
}

Outcome read_mark(const jwt::Document& body, std::int64_t now, AdminRequest& request) {
    if (auto problem = check_members(body, {"before", "deleted"})) {
        return problem;
    }
    if (!body.has("deleted")) {
        return read_before(body, now, request);
    }
    if (body.boolean("deleted") != true) {
        return bad_field("deleted", "is true or absent");
    }
    if (body.has("before")) {
        return bad_field("before", "stands beside \"deleted\", which is about all times");
    }
    return std::nullopt;
}

Outcome read_epoch(const jwt::Document& body, std::int64_t now, AdminRequest& request) {
    Outcome problem = check_members(body, {"before", "tenant"});
    problem = problem ? problem : read_before(body, now, request);
    return problem ? problem : read_name(body, "tenant", false, request.tenant);
}

Outcome read_revocation(const jwt::Document& body, std::int64_t now, AdminRequest& request) {
    Outcome problem = check_members(body, {"user", "id", "exp"});
    problem = problem ? problem : read_name(body, "user", true, request.user);
    problem = problem ? problem : read_name(body, "id", true, request.id);
    if (problem || !body.has("exp")) {
        return problem;
    }
    const auto time = body.integer("exp");
    if (!time || *time < 0 || *time > now + kCentury) {
        return bad_field("exp", "is no Unix time in whole seconds");
    }
    request.expires = *time;
    return std::nullopt;
}

// What else a client sends is ignored (RFC 6749, section 3.1).
Outcome read_token_form(std::string_view body, AdminRequest& request) {
    const auto fields = parse_form(body);
    if (!fields) {
        return bad_field("", "the form has an escape that is none");
    }
    const auto token = only_field(*fields, "token");
    if (!token || token->empty()) {
        return bad_field("token", "is missing, or stands there twice");
    }
    request.token = *token;
    return std::nullopt;
}

Outcome read_json(const jwt::Document& body, std::int64_t now, AdminRequest& request) {
    switch (request.call) {
        case AdminCall::create:
            return read_creation(body, request);
        case AdminCall::mark:
            return read_mark(body, now, request);
        case AdminCall::epoch:
            return read_epoch(body, now, request);
        default:
            return read_revocation(body, now, request);
    }
}

}  // namespace

std::optional<Problem> read_admin_body(AdminRequest& request, std::string_view content_type,
                                       std::string_view body, std::int64_t now) {
    const bool takes_form = request.call == AdminCall::revoke;
    if (takes_form && is_type(content_type, "application/x-www-form-urlencoded")) {
        return read_token_form(body, request);
    }
    if (!is_type(content_type, "application/json")) {
        Problem problem;
        problem.status = 415;
        problem.detail = takes_form ? "use application/json or application/x-www-form-urlencoded"
                                    : "use application/json";
        return problem;
    }
    const auto document = jwt::Document::parse(body);
    if (!document) {
        return bad_field("", "the body is no JSON object whose members each stand there once");
    }
    return read_json(*document, now, request);
}

}  // namespace session
