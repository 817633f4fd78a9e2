// Why a token is bad.
#pragma once

#include <cstdint>
#include <variant>

namespace jwt {

enum class Refusal : std::uint8_t {
    malformed,  // not a token of the accepted form
    algorithm,  // not the algorithm of the key
    key,        // no such key, or one that is no longer accepted
    signature,  // no key verifies it
    expired,    // "exp" has passed, or the token is older than the longest age
    early,      // "nbf" or "iat" lies ahead
    claims,     // a required claim is missing, or issuer or audience are others
};

template <typename T>
using Result = std::variant<T, Refusal>;

}  // namespace jwt
