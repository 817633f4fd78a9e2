// Which store it was that spoke against somebody, in memory that processes share: one that was
// emptied, replaced or has lost writes takes nothing back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache {

// Of one node of the store.
struct Generation {
    std::atomic<std::uint64_t> node;   // which one; 0: none
    std::atomic<std::uint64_t> value;  // a digest of the id that stands in it; 0: not known
    std::atomic<std::uint64_t> run;    // a digest of the server's run; 0: not known
};

// Of all its nodes. Zero at first.
struct Generations {
    static constexpr std::size_t kNodes = 32;

    std::array<Generation, kNodes> nodes;
    std::atomic<std::uint64_t> server;   // the configured one that all this is about
    std::atomic<std::uint64_t> era;      // counts changes: what was known before one stays known
    std::atomic<std::uint64_t> doubts;   // counts what may have been a change
    std::atomic<std::uint64_t> settled;  // the doubts that turned out to be none, or were looked at
    std::atomic<std::uint64_t> asked;    // ms of the callers' clock, when somebody last looked

    bool is_settled() const {
        return settled.load(std::memory_order_acquire) == doubts.load(std::memory_order_acquire);
    }

    // That of the node; null where there are too many.
    Generation* find(std::uint64_t node) {
        for (Generation& one : nodes) {
            std::uint64_t owner = one.node.load(std::memory_order_acquire);
            if (owner == node || (owner == 0 && one.node.compare_exchange_strong(owner, node)) ||
                owner == node) {
                return &one;
            }
        }
        return nullptr;
    }
};

}  // namespace cache
