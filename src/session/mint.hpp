// Access tokens that the realm makes: at a login, by a refresh, renewed, signed again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../jwt/key.hpp"
#include "policy.hpp"
#include "session.hpp"

namespace session {

struct NewToken {
    std::string user;
    std::string session;
    std::string id;                  // "jti", random
    std::string tenant;              // may be empty; that of `claims` stays as it is
    std::string claims;              // the upstream's, JSON; may be empty
    std::int64_t issued = 0;         // Unix time
    std::int64_t authenticated = 0;  // Unix time of the login; 0: the token is the first one
    std::int64_t expires = 0;        // Unix time
};

// The token, signed; nothing where a text is not UTF-8, or OpenSSL fails. The module's own claims
// win over the upstream's.
std::optional<std::string> mint(const Policy& policy, const jwt::Key& key, const NewToken& token);

// Whether the realm itself takes the token for valid: an upstream's claims may spoil it.
bool is_valid(const Policy& policy, std::string_view token, std::int64_t now);

// The end of a token that begins now, in a session whose user logged in then.
std::int64_t token_end(const Policy& policy, std::int64_t now, std::int64_t authenticated);

// Whether so little of the token's life is left that it is due for renewal, and a new one would
// live longer.
bool is_due(const Policy& policy, const Life& life, std::int64_t now);

// The same session with a new life. It keeps the ID of the old one under which it can be revoked.
// Nothing as in mint().
std::optional<std::string> renew(const Policy& policy, const jwt::Key& key, const Session& session,
                                 const jwt::Claims& claims, const NewToken& token);

// The same claims under another key, of which it has the version. A token that was revocable by its
// hash alone takes that along as its session's ID: a revocation of the old one is one of the new
// one. Nothing as in mint().
std::optional<std::string> resign(const Policy& policy, const jwt::Key& key, const Session& session,
                                  const jwt::Claims& claims);

}  // namespace session
