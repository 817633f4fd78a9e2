// One realm with one HMAC key, and what it says of a token.
#pragma once

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../../src/jwt/verify.hpp"
#include "mint.hpp"

namespace realm {

constexpr std::int64_t kNow = 1700000000;
constexpr const char* kHeader = R"({"alg":"HS256","typ":"JWT","kid":"v1"})";
inline const std::string kSecret = "0123456789abcdef0123456789abcdef";
constexpr std::optional<jwt::Refusal> kValid = std::nullopt;

inline jwt::Keyring one_key() {
    jwt::KeyOptions options;
    options.id = "v1";
    jwt::Keyring keyring;
    keyring.add(mint::read_key(options, kSecret));
    return keyring;
}

inline std::optional<jwt::Refusal> refusal_of(std::string_view token, const jwt::Rules& rules = {},
                                              std::int64_t now = kNow) {
    const jwt::Keyring keyring = one_key();
    const jwt::Verification verification = jwt::verify(token, keyring, rules, now);
    CHECK(ERR_peek_error() == 0);
    // What the signature does not cover is nobody's word.
    CHECK((verification.key != nullptr) == verification.claims.has_value());
    CHECK((verification.key != nullptr) == verification.header.has_value());
    return verification.refusal;
}

// Of a payload that is signed well.
inline std::optional<jwt::Refusal> judge(const std::string& payload, const jwt::Rules& rules = {},
                                         std::int64_t now = kNow) {
    return refusal_of(mint::hs256(kHeader, payload, kSecret), rules, now);
}

}  // namespace realm
