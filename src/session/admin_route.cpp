#include "admin_route.hpp"

#include <utility>

#include "../jwt/payload.hpp"
#include "../jwt/token.hpp"
#include "ascii.hpp"
#include "return_url.hpp"

namespace session {
namespace {

struct Route {
    std::string_view method;
    std::string_view path;  // ":user" and ":id" stand for any segment
    AdminCall call;
};

constexpr Route kRoutes[] = {
    {"GET", "sessions", AdminCall::list},
    {"POST", "sessions", AdminCall::create},
    {"GET", "sessions/:id", AdminCall::show},
    {"DELETE", "sessions/:id", AdminCall::end},
    {"DELETE", "users/:user/sessions", AdminCall::end_all},
    {"PUT", "users/:user/stale", AdminCall::mark},
    {"DELETE", "users/:user/stale", AdminCall::unmark},
    {"POST", "revoke", AdminCall::revoke},
    {"POST", "epoch", AdminCall::epoch},
    {"GET", "stats", AdminCall::stats},
    {"POST", "cleanup", AdminCall::cleanup},
};

bool matches(std::string_view pattern, const std::vector<std::string>& segments,
             AdminTarget& target) {
    for (const std::string& segment : segments) {
        const std::string_view expected = cut(pattern, '/');
        if (expected == ":user" && !segment.empty()) {
            target.user = segment;
        } else if (expected == ":id" && !segment.empty()) {
            target.id = segment;
        } else if (segment.empty() || segment != expected) {
            return false;
        }
    }
    return pattern.empty() && !segments.empty();
}

Problem problem_of(int status, std::string detail) {
    Problem problem;
    problem.status = status;
    problem.detail = std::move(detail);
    return problem;
}

std::optional<Problem> check_names(const AdminTarget& target, std::string_view pattern) {
    if (pattern.find(":user") != std::string_view::npos && !is_admin_name(target.user)) {
        return bad_field("user", kNameRule);
    }
    if (pattern.find(":id") != std::string_view::npos && !is_admin_name(target.id)) {
        return bad_field("id", kNameRule);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> admin_segments(std::string_view path,
                                                       std::string_view prefix, bool decoded) {
    std::vector<std::string> segments;
    if (path.empty() || path.front() != '/' || prefix.empty() || prefix.front() != '/') {
        return std::nullopt;
    }
    path.remove_prefix(1);
    prefix.remove_prefix(1);
    for (bool last = false; !last;) {
        last = path.find('/') == std::string_view::npos;
        const std::string_view part = cut(path, '/');
        auto segment = decoded ? std::optional(std::string(part)) : percent_decode(part);
        if (!segment) {
            return std::nullopt;
        }
        if (prefix.empty()) {
            segments.push_back(std::move(*segment));
        } else if (*segment != cut(prefix, '/')) {
            return std::nullopt;
        }
    }
    return segments;
}

std::variant<AdminTarget, Problem> find_admin_call(std::string_view method,
                                                   const std::vector<std::string>& segments,
                                                   bool write) {
    const bool reads = method == "GET" || method == "HEAD";
    if (!reads && !write) {
        Problem problem = problem_of(403, "only reading is allowed here, see \"write=on\"");
        problem.reason = Reason::forbidden;
        return problem;
    }
    std::string allow;
    for (const Route& route : kRoutes) {
        AdminTarget target;
        if (!matches(route.path, segments, target)) {
            continue;
        }
        if (route.method == (reads ? std::string_view("GET") : method)) {
            target.call = route.call;
            if (auto problem = check_names(target, route.path)) {
                return *problem;
            }
            return target;
        }
        allow += (allow.empty() ? "" : ", ") + std::string(route.method);
        allow += route.method == "GET" ? ", HEAD" : "";
    }
    if (allow.empty()) {
        return problem_of(404, "no such call");
    }
    Problem problem = problem_of(405, "this call takes " + allow);
    problem.allow = std::move(allow);
    return problem;
}

bool takes_body(AdminCall call) {
    return call == AdminCall::create || call == AdminCall::mark || call == AdminCall::revoke ||
           call == AdminCall::epoch;
}

bool is_admin_name(std::string_view text) {
    jwt::Payload probe;
    return jwt::is_name(text) && probe.set("sub", text);
}

}  // namespace session
