// SipHash-2-4 with 128 bits: digests that nobody who does not know the seed can make collide.
// By OpenSSL; throws std::runtime_error where that fails.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "region.hpp"

namespace store {

std::array<std::uint64_t, 2> siphash(const Seed& seed, std::string_view text);

}  // namespace store
