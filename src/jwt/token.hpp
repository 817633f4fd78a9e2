// A compact JWS (RFC 7515, section 3.1), split and parsed within limits, not yet verified.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "claims.hpp"
#include "refusal.hpp"

namespace jwt {

inline constexpr std::size_t kMaxTokenBytes = 8192;
inline constexpr std::size_t kMaxHeaderBytes = 1024;  // decoded
inline constexpr std::size_t kMaxNameBytes = 255;     // of "sub", "jti", "sid", "kid"

struct Token {
    std::string_view signed_part;  // "header.payload", a view into the text that was parsed
    std::string signature;         // decoded
    Claims header;
    Claims claims;
    std::string_view algorithm;              // a view into `header`
    std::optional<std::string_view> key_id;  // a view into `header`
};

// The parts, or `malformed`: also for "crit", "b64" and "zip", which are refused, not ignored.
Result<Token> parse_token(std::string_view text);

// 1 to kMaxNameBytes bytes without control bytes.
bool is_name(std::string_view text);

}  // namespace jwt
