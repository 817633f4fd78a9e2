// Names that nobody can guess.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace nginx {

// 128 random bits in base64url: IDs of sessions and tokens. Throws std::runtime_error where OpenSSL
// has none.
std::string random_id();

// The same as numbers.
std::array<std::uint64_t, 2> random_words();

}  // namespace nginx
