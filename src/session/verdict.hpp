// What a request gets for its reason: through, a redirect to the login page, or a status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy.hpp"
#include "reason.hpp"

namespace session {

// What decides the form of a refusal.
struct Visit {
    std::string_view request;  // path and query as they came
    bool get_or_head = false;
    bool navigation = false;  // a browser goes to a page
};

struct Refused {
    int status = 0;        // of HTTP
    std::string location;  // of a redirect, else empty
};

// `forbidden_status` is what "auth_session_require" wants, 401 or 403.
Refused refuse(const Policy& policy, Reason reason, int forbidden_status, const Visit& visit);

// The value of WWW-Authenticate (RFC 6750, section 3) where "challenge" names no other.
std::string default_challenge(std::string_view realm, Reason reason);

// The body of a refusal (RFC 9457); errors of the server have no reason.
std::string problem(int status, std::optional<Reason> reason);

}  // namespace session
