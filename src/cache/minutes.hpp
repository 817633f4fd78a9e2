// Counts by the minute, for the last hour, in memory that processes share.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache {

inline constexpr std::size_t kMinutes = 60;

// Zero at first. Each count carries its minute: the first one of a minute begins anew in the same
// instruction, so that nobody has to clear what is an hour old, and nothing is lost between two.
template <std::size_t Series>
class Minutes {
public:
    // `minute`: Unix time / 60.
    void count(std::size_t series, std::uint64_t minute) {
        std::atomic<std::uint64_t>& cell = cells_[minute % kMinutes][series];
        std::uint64_t value = cell.load(std::memory_order_relaxed);
        std::uint64_t next = 0;
        do {
            if (minute_of(value) > minute) {
                return;  // by an hour or more: that clock is not to be believed
            }
            next = (minute_of(value) == minute ? value : minute << kShift) + 1;
        } while (!cell.compare_exchange_weak(value, next, std::memory_order_relaxed));
    }

    std::uint64_t at(std::size_t series, std::uint64_t minute) const {
        const std::uint64_t value =
            cells_[minute % kMinutes][series].load(std::memory_order_relaxed);
        return minute_of(value) == minute ? value % (std::uint64_t{1} << kShift) : 0;
    }

private:
    static constexpr unsigned kShift = 32;

    static std::uint64_t minute_of(std::uint64_t value) { return value >> kShift; }

    std::array<std::array<std::atomic<std::uint64_t>, Series>, kMinutes> cells_;
};

}  // namespace cache
