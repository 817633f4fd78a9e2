#include "verdict.hpp"

namespace session {
namespace {

constexpr int kFound = 302;
constexpr int kSeeOther = 303;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kServerError = 500;
constexpr int kUnavailable = 503;

int status_of(Reason reason, int forbidden_status) {
    switch (reason) {
        case Reason::origin:
            return kForbidden;
        case Reason::forbidden:
            return forbidden_status;
        case Reason::store:
            return kUnavailable;
        default:
            return kUnauthorized;
    }
}

bool goes_to_login(const Policy& policy, const Visit& visit) {
    if (policy.login.url.empty() || policy.deny == Deny::status) {
        return false;
    }
    return visit.navigation || (policy.deny == Deny::redirect && visit.get_or_head);
}

std::string_view title(int status) {
    switch (status) {
        case kForbidden:
            return "Forbidden";
        case kUnavailable:
            return "Service Unavailable";
        case kServerError:
            return "Internal Server Error";
        default:
            return "Unauthorized";
    }
}

}  // namespace

Refused refuse(const Policy& policy, Reason reason, int forbidden_status, const Visit& visit) {
    const int status = status_of(reason, forbidden_status);
    if (status != kUnauthorized || !goes_to_login(policy, visit)) {
        return {status, ""};  // logging in again helps neither a 403 nor a 503
    }
    if (visit.get_or_head) {
        return {kFound, login_location(policy.login, visit.request, name(reason))};
    }
    return {kSeeOther, login_location(policy.login, std::nullopt, name(reason))};
}

std::string default_challenge(std::string_view realm, Reason reason) {
    std::string value = "Bearer realm=\"" + std::string(realm) + "\"";
    if (reason != Reason::missing) {
        value += ", error=\"invalid_token\", error_description=\"";
        value += name(reason);
        value += '"';
    }
    return value;
}

std::string problem(int status, std::optional<Reason> reason) {
    std::string body = "{\"title\":\"";
    body += title(status);
    body += "\",\"status\":" + std::to_string(status);
    if (reason) {
        body += ",\"reason\":\"";
        body += name(*reason);
        body += '"';
    }
    return body + "}\n";
}

}  // namespace session
