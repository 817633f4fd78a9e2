// The realm's shared memory: counters that all workers add to, what is known of the store's keys,
// or the store itself. It outlives a reload, also one that changes its size.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "../cache/answer_table.hpp"
#include "../cache/coherence.hpp"
#include "../cache/token_table.hpp"
#include "../session/reason.hpp"
#include "../store/effect_ring.hpp"
#include "ngx.hpp"
#include "realm.hpp"

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

struct Zone {
    Counters counters;
    cache::Coherence coherence;
    // Memory of the tables, null where there is none; at one address in all processes.
    void* answers;
    std::size_t answers_bytes;
    void* tokens;
    std::size_t tokens_bytes;
    void* store;  // of a realm without Redis
    std::size_t store_bytes;
    void* ring;  // what of the store is on its way to the "state" file
    std::size_t ring_bytes;
};

inline void count(Counter& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}

// Declares the zone while the configuration is read.
char* add_zone(ngx_conf_t* cf, Realm& realm, std::size_t bytes);

// Once the configuration is in force.
Zone& zone_of(const Realm& realm);
cache::AnswerTable answers_of(const Realm& realm);
cache::TokenTable tokens_of(const Realm& realm);
store::EffectRing ring_of(const Zone& zone);
inline Counters& counters(const Realm& realm) {
    return zone_of(realm).counters;
}

// Who writes to a table, or asks the store in the zone, holds it. The master frees it where its
// holder is killed.
class ZoneLock {
public:
    explicit ZoneLock(const Realm& realm);
    explicit ZoneLock(const ngx_shm_zone_t& zone);
    ~ZoneLock();
    ZoneLock(const ZoneLock&) = delete;
    ZoneLock& operator=(const ZoneLock&) = delete;

private:
    ngx_slab_pool_t* slab_;
};

}  // namespace nginx
