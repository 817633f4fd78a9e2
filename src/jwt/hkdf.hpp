// Keys of a secret (RFC 5869).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jwt {

// HKDF with SHA-256; an empty salt is none. Nothing where OpenSSL fails.
std::optional<std::string> hkdf_sha256(std::string_view secret, std::string_view salt,
                                       std::string_view info, std::size_t bytes);

}  // namespace jwt
