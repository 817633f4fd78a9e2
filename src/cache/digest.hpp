// What is looked for in tables.
#pragma once

#include <array>
#include <cstdint>

namespace cache {

// 128 bits as good as random, of which the first 64 tell where it is looked for; zero is nobody's.
using Digest = std::array<std::uint64_t, 2>;

}  // namespace cache
