// How a key lies in the region: the words of its node, with its name and, of a text, the value
// behind them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "region.hpp"

namespace store {

enum : std::size_t { kNext, kDigest, kExpires = 3, kFlags, kValue, kMark, kTexts };

inline constexpr std::uint64_t kTypeMask = 7;  // of the flags
inline constexpr unsigned kLengthShift = 8;    // of the name, in the flags

inline constexpr std::size_t kNotesPerWrite = 128;  // at most

inline Offset at(Offset node, std::size_t word) {
    return node + word * sizeof(Word);
}

inline bool is_past(std::uint64_t expires, std::int64_t now) {
    return expires != 0 && static_cast<std::int64_t>(expires) <= now;
}

}  // namespace store
