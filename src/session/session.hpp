// What the claims of a verified token mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../jwt/verify.hpp"

namespace session {

struct Session {
    std::string user;      // empty: the token names none
    std::string id;        // the session, else the token, else its hash: $session_id
    std::vector<std::string> revocable;  // the IDs under which it may be revoked: token and session, else the hash
    std::string tenant;
    std::string version;   // the token's own
    std::int64_t issued = 0;   // Unix time, 0 where the token does not say
    std::int64_t expires = 0;  // Unix time, 0 where the token does not say
};

// Of a verification whose claims are set.
Session read_session(std::string_view token, const jwt::Verification& verification, const jwt::ClaimNames& names);

}  // namespace session
