// Making signatures, and whether one holds: the arithmetic of the algorithms, by OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "algorithm.hpp"

namespace jwt {

// The algorithm with the public or the private key, made ready once: to do it for each signature
// would cost a third as much as to verify it. Null where OpenSSL does not take the key for the
// algorithm: an RSASSA-PSS key may be bound to another digest.
std::shared_ptr<EVP_MD_CTX> make_verifier(const Algorithm& algorithm, EVP_PKEY* key);
std::shared_ptr<EVP_MD_CTX> make_signer(const Algorithm& algorithm, EVP_PKEY* key);

// Whether the signature, in the form JWS gives it, is the key's over the bytes. A signature of
// another than the one possible length is refused before anything is computed.
bool signature_holds(const Algorithm& algorithm, const EVP_MD_CTX* verifier, std::string_view bytes,
                     std::string_view signature);

// The private key's signature over the bytes in the form JWS gives it, or nothing where OpenSSL
// fails.
std::optional<std::string> make_signature(const Algorithm& algorithm, const EVP_MD_CTX* signer,
                                          std::string_view bytes);

// HMAC with the digest, keyed; null where OpenSSL fails.
std::shared_ptr<EVP_MAC_CTX> make_mac(const char* digest, std::string_view secret);

// Compares in constant time. Each use begins anew with the key that `keyed` has: a copy for each
// would cost as much as the MAC.
bool mac_holds(EVP_MAC_CTX* keyed, std::string_view bytes, std::string_view mac);

// The MAC of the bytes, or nothing where OpenSSL fails; `keyed` as above.
std::optional<std::string> make_mac_of(EVP_MAC_CTX* keyed, std::string_view bytes);

}  // namespace jwt
