// SHA-256, as the store's keys and records spell it, and as tables are searched by.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace session {

// Unpadded base64url. Throws std::runtime_error where OpenSSL fails.
std::string hash_of(std::string_view text);

using Digest256 = std::array<std::uint64_t, 4>;

// Of two texts one behind the other; throw std::runtime_error where OpenSSL fails. The first 128
// bits, and all.
std::array<std::uint64_t, 2> digest_of(std::string_view first, std::string_view second);
Digest256 digest256_of(std::string_view first, std::string_view second);

}  // namespace session
