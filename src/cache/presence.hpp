// What each process has at the moment, in memory that processes share: a sum in which the dead do
// not count.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache {

// Zero at first.
class Presence {
public:
    using Place = std::atomic<std::uint64_t>;

    // The place of a process, that of a dead one where need be; null where all are taken.
    // `is_alive(process)`.
    template <typename IsAlive>
    Place* claim(std::uint32_t process, IsAlive&& is_alive) {
        for (Place& place : places_) {
            std::uint64_t value = place.load(std::memory_order_relaxed);
            const std::uint32_t owner = owner_of(value);
            if (owner == process) {
                return &place;
            }
            if ((owner == 0 || !is_alive(owner)) &&
                place.compare_exchange_strong(value, std::uint64_t{process} << kShift)) {
                return &place;
            }
        }
        return nullptr;
    }

    static void add(Place& place) { place.fetch_add(1, std::memory_order_relaxed); }
    static void set(Place& place, std::uint32_t process, std::uint32_t number) {
        place.store(std::uint64_t{process} << kShift | number, std::memory_order_relaxed);
    }
    static void remove(Place& place) { place.fetch_sub(1, std::memory_order_relaxed); }

    template <typename IsAlive>
    std::uint64_t sum(IsAlive&& is_alive) const {
        std::uint64_t sum = 0;
        for (const Place& place : places_) {
            const std::uint64_t value = place.load(std::memory_order_relaxed);
            if (owner_of(value) != 0 && is_alive(owner_of(value))) {
                sum += value % (std::uint64_t{1} << kShift);
            }
        }
        return sum;
    }

private:
    static constexpr unsigned kShift = 32;
    static constexpr std::size_t kPlaces = 64;

    static std::uint32_t owner_of(std::uint64_t value) {
        return static_cast<std::uint32_t>(value >> kShift);
    }

    std::array<Place, kPlaces> places_;
};

}  // namespace cache
