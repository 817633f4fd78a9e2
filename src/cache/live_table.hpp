// How many requests of a session are open, process by process, in memory that processes share. Who
// writes holds a lock, who reads needs none.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cache {

// Zero at first, at one address in all processes.
class LiveTable {
public:
    LiveTable(void* memory, std::size_t bytes)
        : places_(static_cast<Place*>(memory)), buckets_(bytes / sizeof(Place) / kBucket) {}

    // For who holds the lock: one more request of the session, never 0. False: there is no room
    // now.
    template <typename IsAlive>
    bool add(std::uint64_t session, std::uint32_t process, IsAlive&& is_alive) {
        Place* free = nullptr;
        for (Place& place : *this_bucket(session)) {
            const std::uint64_t count = place.count.load();
            if (is_of(place, session, process)) {
                place.count.store(count + 1);
                return true;
            }
            const bool idle = number_of(count) == 0 || !is_alive(process_of(count));
            free = free == nullptr && idle ? &place : free;
        }
        if (free == nullptr) {
            return false;
        }
        free->count.store(0);
        free->session.store(session);
        free->count.store(std::uint64_t{process} << kShift | 1);
        return true;
    }

    // For who holds the lock: one less.
    void remove(std::uint64_t session, std::uint32_t process) {
        for (Place& place : *this_bucket(session)) {
            if (is_of(place, session, process)) {
                place.count.store(place.count.load() - 1);
                return;
            }
        }
    }

    // Nothing: where there was no room some may be missing.
    template <typename IsAlive>
    std::optional<std::uint64_t> count(std::uint64_t session, IsAlive&& is_alive) const {
        std::uint64_t sum = 0;
        bool full = true;
        for (const Place& place : *this_bucket(session)) {
            const std::uint64_t count = place.count.load();
            const bool counts = number_of(count) != 0 && is_alive(process_of(count));
            full = full && counts;
            sum += counts && place.session.load() == session ? number_of(count) : 0;
        }
        return full ? std::nullopt : std::optional(sum);
    }

private:
    static constexpr std::size_t kBucket = 16;
    static constexpr unsigned kShift = 32;

    struct Place {
        std::atomic<std::uint64_t> session;
        std::atomic<std::uint64_t> count;  // below the process
    };
    using Bucket = Place[kBucket];
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
                  "a lock of a killed worker would stay");

    static std::uint32_t process_of(std::uint64_t count) {
        return static_cast<std::uint32_t>(count >> kShift);
    }
    static std::uint64_t number_of(std::uint64_t count) {
        return count % (std::uint64_t{1} << kShift);
    }
    static bool is_of(const Place& place, std::uint64_t session, std::uint32_t process) {
        const std::uint64_t count = place.count.load();
        return number_of(count) != 0 && process_of(count) == process &&
               place.session.load() == session;
    }

    Bucket* this_bucket(std::uint64_t session) const {
        return reinterpret_cast<Bucket*>(places_ + session % buckets_ * kBucket);
    }

    Place* places_;
    std::size_t buckets_;
};

}  // namespace cache
