// Keys of encrypted tokens, derived from a secret as NextAuth and Auth.js derive theirs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "content_cipher.hpp"
#include "key.hpp"

namespace jwt {

struct DerivedKey {
    std::size_t origin = 0;  // place in the keyring of the key that has the secret
    std::string thumbprint;  // the "kid" of its tokens, where they have one
    ContentCipher cipher;
};

// That of NextAuth 4, of Auth.js 5 for the cookie of that name; `origin` is the key's place in its
// keyring. Nothing where the key is no HMAC secret, or OpenSSL fails.
std::optional<DerivedKey> derive_nextauth(const Key& key, std::size_t origin);
std::optional<DerivedKey> derive_authjs(const Key& key, std::size_t origin,
                                        std::string_view cookie);

}  // namespace jwt
