// Tokens that say that somebody has logged out elsewhere.
#pragma once

#include "claims.hpp"

namespace jwt {

// Whether the token says of itself that it is a logout token (OpenID Connect Back-Channel Logout
// 1.0, section 2.4), by its type or its event. It has issuer, audience and subject like any other
// token of its issuer, and is nobody's session.
bool is_logout_token(const Claims& header, const Claims& claims);

// Whether the event is there as the specification has it: the member is a JSON object.
bool has_logout_event(const Claims& claims);

}  // namespace jwt
