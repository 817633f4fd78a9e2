// An HMAC secret as a file or an environment variable holds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jwt {

inline constexpr std::size_t kMinSecretBytes = 32;

enum class Encoding : std::uint8_t { raw, hex, base64, base64url };

std::string_view name(Encoding encoding);

// The secret, without the one LF or CRLF that editors and "echo" leave at the end, or nothing where
// the text is not in that encoding. Base64 may be padded and, as "openssl rand" writes it, broken
// into lines.
std::optional<std::string> decode_secret(std::string_view text, Encoding encoding);

// What is wrong with a secret that is short enough to be guessed, or nothing.
std::optional<std::string> secret_weakness(std::string_view secret);

}  // namespace jwt
