// How each process finds each node of a store, in memory that processes share; the dead do not
// count.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache {

// Zero at first.
class NodeStates {
public:
    using Place = std::atomic<std::uint64_t>;

    static constexpr std::size_t kStates = 3;

    // A place for one node of that number in one process, or of a dead process; null where all are
    // taken. `is_alive(process)`.
    template <typename IsAlive>
    Place* claim(std::uint32_t process, std::uint16_t node, std::uint8_t state,
                 IsAlive&& is_alive) {
        for (Place& place : places_) {
            std::uint64_t value = place.load(std::memory_order_relaxed);
            const std::uint32_t owner = owner_of(value);
            if ((owner == 0 || !is_alive(owner)) &&
                place.compare_exchange_strong(value, pack(process, node, state))) {
                return &place;
            }
        }
        return nullptr;
    }

    // For who claimed the place.
    static void set(Place& place, std::uint8_t state) {
        const std::uint64_t value = place.load(std::memory_order_relaxed);
        place.store(pack(owner_of(value), node_of(value), state), std::memory_order_relaxed);
    }
    static void release(Place& place) { place.store(0, std::memory_order_relaxed); }

    // How many processes find the node in each state.
    template <typename IsAlive>
    std::array<std::uint64_t, kStates> sum(std::uint16_t node, IsAlive&& is_alive) const {
        std::array<std::uint64_t, kStates> sums{};
        for (const Place& place : places_) {
            const std::uint64_t value = place.load(std::memory_order_relaxed);
            const std::size_t state = value & kByte;
            if (owner_of(value) != 0 && node_of(value) == node && state < kStates &&
                is_alive(owner_of(value))) {
                ++sums.at(state);
            }
        }
        return sums;
    }

private:
    static constexpr unsigned kProcessShift = 32;
    static constexpr unsigned kNodeShift = 8;
    static constexpr std::uint64_t kByte = 0xff;
    static constexpr std::size_t kPlaces = 128;

    static std::uint64_t pack(std::uint32_t process, std::uint16_t node, std::uint8_t state) {
        return std::uint64_t{process} << kProcessShift | std::uint64_t{node} << kNodeShift | state;
    }
    static std::uint32_t owner_of(std::uint64_t value) {
        return static_cast<std::uint32_t>(value >> kProcessShift);
    }
    static std::uint16_t node_of(std::uint64_t value) {
        return static_cast<std::uint16_t>(value >> kNodeShift);
    }

    std::array<Place, kPlaces> places_;
};

}  // namespace cache
