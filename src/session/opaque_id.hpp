// Opaque ids of sessions: what a cookie's value says of them, and the value that carries one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../jwt/keyring.hpp"
#include "policy.hpp"

namespace session {

// Bytes of an id. One that nobody has signed must at least have room for 128 random bits.
inline constexpr std::size_t kMinUnsignedId = 16;
inline constexpr std::size_t kMaxId = 512;

struct OpaqueId {
    std::string id;
    const jwt::Key* key = nullptr;  // that has signed it; null: nobody
};

// The id that the value carries. Every HMAC key verifies; one whose time has ended gives "key".
jwt::Result<OpaqueId> read_opaque_id(TokenSource::Signed signed_by, std::string_view value,
                                     const jwt::Keyring& keyring, std::int64_t now);

// The HMAC key that signs ids: the first one of those that are in no set, or null.
const jwt::Key* id_key(const jwt::Keyring& keyring, std::int64_t now);

// Whether the realm has the key, if it takes one, for what its own cookie holds, ids or tokens.
bool can_issue(const Policy& policy);

// The value that carries the id, as the framework itself would write it; nothing where no key
// signs, or OpenSSL fails.
std::optional<std::string> write_opaque_id(TokenSource::Signed signed_by, std::string_view id,
                                           const jwt::Key* key);

}  // namespace session
