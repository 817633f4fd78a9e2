// What the claims of a verified token mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../jwt/verify.hpp"

namespace session {

// The claim of a renewed token that says when its user logged in (OpenID Connect Core, section 2).
inline constexpr std::string_view kAuthTime = "auth_time";

// When a token lives; Unix times, 0 where the token does not say.
struct Life {
    std::int64_t issued = 0;
    std::int64_t expires = 0;
    std::int64_t authenticated = 0;  // the login, as renewed tokens say it, else `issued`
};

struct Session : Life {
    std::string user;     // empty: the token names none
    std::string id;       // the session, else the token, else its hash: $session_id
    std::string tenant;   // empty: none; an integer as its decimal text
    std::string version;  // the token's own, as the tenant

    // The IDs under which it may be revoked, each once, never none: token and session, where it
    // names neither the unpadded base64url SHA-256 of the token.
    std::vector<std::string> revocable;

    bool found = false;  // in the store, by an opaque id: its record was read
};

// Of a verification whose claims are set, refused or not. Throws std::runtime_error where SHA-256
// fails.
Session read_session(std::string_view token, const jwt::Verification& verification,
                     const jwt::ClaimNames& names);

}  // namespace session
