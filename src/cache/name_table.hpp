// Names that get numbers, in memory that processes share. A name keeps its number as long as the
// memory lives: what is counted under it follows the name, whatever a configuration moves.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cache {

// The number of all for whom there is no room.
inline constexpr std::uint16_t kOthers = 0;

// What of a text has room, whole characters of UTF-8 only.
inline std::string_view clip(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) {
        return text;
    }
    constexpr unsigned kInside = 0x80;  // of the two highest bits: not the first of a character
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == kInside) {
        --bytes;
    }
    return text.substr(0, bytes);
}

// Zero at first. Readers take no lock; writers hold one, and may be killed at any instruction: a
// name counts once it is complete.
template <std::size_t Capacity, std::size_t Bytes>
class NameTable {
public:
    std::optional<std::uint16_t> find(std::string_view text) const {
        const std::string_view name = clip(text, Bytes);
        for (std::size_t i = 1; i < size(); ++i) {
            if (this->name(i) == name) {
                return static_cast<std::uint16_t>(i);
            }
        }
        return std::nullopt;
    }

    // For who holds the lock: the number it has or gets, as long as `spared` places stay free;
    // nothing where there is no room.
    std::optional<std::uint16_t> add(std::string_view text, std::size_t spared = 0) {
        if (const auto known = find(text)) {
            return known;
        }
        const std::size_t place = size();
        if (place + spared >= Capacity) {
            return std::nullopt;
        }
        const std::string_view name = clip(text, Bytes);
        std::copy(name.begin(), name.end(), names_[place].bytes.begin());
        names_[place].length = static_cast<std::uint16_t>(name.size());
        named_.store(static_cast<std::uint32_t>(place), std::memory_order_release);
        return static_cast<std::uint16_t>(place);
    }

    // One more than the highest number; that of the others has no name.
    std::size_t size() const { return named_.load(std::memory_order_acquire) + 1; }
    std::string_view name(std::size_t number) const {
        return {names_[number].bytes.data(), names_[number].length};
    }

private:
    struct Name {
        std::uint16_t length;
        std::array<char, Bytes> bytes;
    };

    static_assert(Capacity > 1 && Capacity <= UINT16_MAX && Bytes <= UINT16_MAX);

    std::atomic<std::uint32_t> named_;
    std::array<Name, Capacity> names_;
};

}  // namespace cache
