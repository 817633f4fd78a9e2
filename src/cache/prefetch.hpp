// Memory that is about to be read or written.
#pragma once

#include <cstddef>

namespace cache {

// Asks the processor for it, line by line, and waits for none.
inline void prefetch(const void* memory, std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    const auto* byte = static_cast<const unsigned char*>(memory);
    for (std::size_t at = 0; at < bytes; at += kLine) {
        __builtin_prefetch(byte + at);
    }
}

}  // namespace cache
