// Encrypted tokens (JWE, RFC 7516, section 3.1) whose key both sides have ("alg" is "dir"): the
// cookies of NextAuth and Auth.js.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "derived_key.hpp"
#include "verify.hpp"

namespace jwt {

// More than of a signed token: these are made for cookies in several chunks.
inline constexpr std::size_t kMaxEncryptedBytes = 32768;

// As verify(), by keys that were derived from those of the keyring: `signature` where none of them
// opens the token, `key` where it names by "kid" what is the thumbprint of none.
Verification verify_encrypted(std::string_view token, const std::vector<DerivedKey>& keys,
                              const Keyring& keyring, const Rules& rules, std::int64_t now);

}  // namespace jwt
