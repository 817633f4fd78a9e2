// What the workers count, in the realm's shared memory.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "../session/reason.hpp"

namespace nginx {

using Counter = std::atomic<std::uint64_t>;
static_assert(Counter::is_always_lock_free,
              "a lock of a killed worker would stay in shared memory");

struct Counters {
    std::array<Counter, session::kReasons> requests;  // by reason, one a request and realm
    Counter fallback;   // tokens that another than the current key verified
    Counter unchecked;  // let through by "store_error allow"
    Counter answered;   // questions to the store
    Counter unanswered;
    Counter issued;  // sessions that began
    Counter renewed;
    Counter resigned;
    Counter refreshed;
    Counter replayed;  // refresh tokens that were used twice
    Counter logouts;
    Counter hits;  // requests that asked the store nothing, where they might have had to
    Counter misses;
};

inline void count(Counter& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace nginx
