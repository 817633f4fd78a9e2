// What an identity provider says when somebody has logged out there (OpenID Connect Back-Channel
// Logout 1.0).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "record.hpp"

namespace session {

struct LogoutToken {
    std::string user;
    std::string session;  // empty: all sessions of the user
    std::string id;
    std::int64_t expires = 0;  // Unix time
};

// The token, verified as section 2.6 says, or why not, in words that tell nothing of it. The realm
// must have issuer and audience.
std::variant<LogoutToken, std::string> read_logout_token(const Policy& policy,
                                                         std::string_view text, std::int64_t now);

// Whether the token came before; the reply to it is an integer, 1 for yes.
redis::Arguments was_received(const Policy& policy, const LogoutToken& token);

// Ends what it names, then notes that it came. A revocation lives as long as any session may: how
// long its tokens live, only their issuer knows.
std::vector<redis::Arguments> log_out(const Policy& policy, const LogoutToken& token,
                                      std::int64_t now);
bool is_logged_out(const std::vector<redis::Reply>& replies);

// Of a token that names a session.
Ending ending_of(const Policy& policy, const LogoutToken& token, std::int64_t now);

}  // namespace session
