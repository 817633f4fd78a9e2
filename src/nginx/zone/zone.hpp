// The realm's shared memory: counters that all workers add to, what is known of the store's keys,
// or the store itself. It outlives a reload, also one that changes its size.
#pragma once

#include <cstddef>

#include "../../cache/answer_table.hpp"
#include "../../cache/coherence.hpp"
#include "../../cache/generation.hpp"
#include "../../cache/token_table.hpp"
#include "../../store/effect_ring.hpp"
#include "../key_location/shared_keys.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "counters.hpp"
#include "shared_survey.hpp"

namespace nginx {

struct Zone {
    Statistics statistics;
    cache::Coherence coherence;
    cache::Generations generations;
    std::atomic<bool> rejects;  // an answer was ever kept that speaks against somebody
    // Memory of the tables, null where there is none; at one address in all processes.
    void* answers;
    std::size_t answers_bytes;
    void* changes;  // of the answers
    std::size_t changes_bytes;
    void* tokens;
    std::size_t tokens_bytes;
    void* store;  // of a realm without Redis
    std::size_t store_bytes;
    void* ring;  // what of the store is on its way to the "state" file
    std::size_t ring_bytes;
    void* feed;  // what changed, for requests that live on
    std::size_t feed_bytes;
    void* live;  // how many of them a session has
    std::size_t live_bytes;
    SharedKeys* keys;  // of "key_set location=", else null
    SharedSurvey survey;
};

// Declares the zone while the configuration is read.
char* add_zone(ngx_conf_t* cf, Realm& realm, std::size_t bytes);

// Once the configuration is in force.
Zone& zone_of(const Realm& realm);
cache::AnswerTable answers_of(const Realm& realm);
cache::AnswerTable answers_of(const Zone& zone);
cache::TokenTable tokens_of(const Realm& realm);
store::EffectRing ring_of(const Zone& zone);
inline Statistics& statistics(const Realm& realm) {
    return zone_of(realm).statistics;
}
// Those of this worker.
inline Counters& counters(const Realm& realm) {
    Statistics& all = statistics(realm);
    return all.block[ngx_worker % all.blocks];
}

// What of the zone is in use, and what is still free, in bytes.
struct ZoneBytes {
    std::size_t used;
    std::size_t free;
};
ZoneBytes bytes_of(const Realm& realm);

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
