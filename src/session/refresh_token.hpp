// Refresh tokens: opaque to clients, sealed with a key of the realm, so that one which was issued
// here can be told from an invented one without the store; the store knows their hashes only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../jwt/keyring.hpp"

namespace session {

struct RefreshToken {
    std::string text;  // as the client has it
    std::string user;
    std::string session;       // the ID of its record
    std::int64_t expires = 0;  // Unix time
    std::int64_t end = 0;      // Unix time beyond which no successor lives
};

// What the text says; nothing where no key of the ring has sealed it. `known_key` tells, of such a
// text, that its key is one of the ring's.
struct ReadRefreshToken {
    std::optional<RefreshToken> token;
    bool known_key = true;
};

ReadRefreshToken read_refresh_token(std::string_view text, const jwt::Keyring& keyring,
                                    std::int64_t now);

// A session's first one; `nonce` is random base64url text. Nothing where OpenSSL fails.
std::optional<RefreshToken> first_refresh_token(const jwt::Key& key, std::string_view user,
                                                std::string_view session, std::int64_t expires,
                                                std::int64_t end, std::string_view nonce);

// The one that replaces `old`: whoever has the key comes to the same one.
std::optional<RefreshToken> next_refresh_token(const jwt::Key& key, const RefreshToken& old,
                                               std::int64_t expires);

}  // namespace session
