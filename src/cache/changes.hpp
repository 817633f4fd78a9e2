// How often something was learned that may speak against somebody: counters in memory that
// processes share, few enough to stay at hand, each for many keys.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "digest.hpp"

namespace cache {

// A view; the memory, which has to be zero at first, is the caller's. Of no use with less than a
// counter.
class Changes {
public:
    Changes() = default;
    Changes(void* memory, std::size_t bytes) : counters_(static_cast<Counter*>(memory)) {
        for (std::size_t count = bytes / sizeof(Counter); count != 0; count &= count - 1) {
            count_ = count;  // at last its highest bit alone
        }
    }

    // What is read behind it is at least as new.
    std::uint32_t near(const Digest& key) const {
        return count_ == 0 ? 0 : at(key).load(std::memory_order_acquire);
    }

    // Behind the change itself.
    void note(const Digest& key) {
        if (count_ != 0) {
            at(key).fetch_add(1, std::memory_order_release);
        }
    }

private:
    using Counter = std::atomic<std::uint32_t>;

    static_assert(Counter::is_always_lock_free);

    Counter& at(const Digest& key) const { return counters_[key[0] & (count_ - 1)]; }

    Counter* counters_ = nullptr;
    std::size_t count_ = 0;  // a power of two
};

}  // namespace cache
