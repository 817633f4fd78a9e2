// The signature algorithms of JWS (RFC 7518, section 3; RFC 8037, section 3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jwt {

enum class KeyType : std::uint8_t { hmac, rsa, rsa_pss, ec, eddsa };

struct Algorithm {
    std::string_view name;   // the value of "alg"
    KeyType type;            // rsa and rsa_pss use RSA keys, with PKCS #1 v1.5 and PSS padding
    const char* digest;      // OpenSSL's name, null where the algorithm has its own
    const char* curve;       // ec: OpenSSL's group name, else null
    std::size_t coordinate;  // ec: bytes of R and of S, else 0
};

// The row of the table, or null where the module knows no such algorithm; "none" is not in it.
const Algorithm* find_algorithm(std::string_view name);

// What a key is used with where nobody names an algorithm, or null where there is none for its
// curve.
const Algorithm* default_algorithm(KeyType type, std::string_view curve);

}  // namespace jwt
