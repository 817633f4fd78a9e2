// How a key lies in the region: the words of its node, with its name and, of a text, the value
// behind them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "region.hpp"

namespace store {

inline constexpr std::size_t kNext = 0;
inline constexpr std::size_t kDigest = 1;  // two words
inline constexpr std::size_t kExpires = 3;
inline constexpr std::size_t kFlags = 4;  // type, kHasBlock, length of the name
inline constexpr std::size_t kValue = 5;  // the block, or the length of the text
inline constexpr std::size_t kMark = 6;   // a text as a time, or how many members there are
inline constexpr std::size_t kTexts = 7;

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
