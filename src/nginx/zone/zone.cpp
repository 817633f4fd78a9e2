#include "zone.hpp"

#include <algorithm>

#include "../../module.hpp"
#include "../../store/keyspace.hpp"
#include "../conf.hpp"
#include "../realm/realm_state.hpp"
#include "../request/tally.hpp"
#include "zone_moves.hpp"

namespace nginx {
namespace {

constexpr std::size_t kLargestRing = std::size_t{4} << 20;

ngx_slab_pool_t* slab_of(const ngx_shm_zone_t* zone) {
    return reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
}

// The layouts differ: a realm that gets Redis, or loses it, has another zone.
std::string zone_name(const std::string& realm, bool is_store) {
    return (is_store ? "session_store_" : "session_realm_") + realm;
}

// The realm's zone in the configuration that is still in force, or null.
const ngx_shm_zone_t* previous_zone(const ngx_shm_zone_t* zone, const std::string& realm) {
    auto* cycle = const_cast<ngx_cycle_t*>(ngx_cycle);
    for (ngx_list_part_t* part = &cycle->shared_memory.part; part != nullptr; part = part->next) {
        auto* other = static_cast<ngx_shm_zone_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            const std::string_view name = view(other[i].shm.name);
            if (&other[i] != zone && other[i].tag == zone->tag &&
                (name == zone_name(realm, true) || name == zone_name(realm, false))) {
                return &other[i];
            }
        }
    }
    return nullptr;
}

struct Memory {
    void* address;
    std::size_t bytes;
};

// Up to that many bytes, or null. Memory that nobody had before is zero.
Memory take_memory(ngx_slab_pool_t* slab, std::size_t bytes) {
    constexpr std::size_t kLess = 8;
    bytes = bytes / ngx_pagesize * ngx_pagesize;
    Memory memory = {nullptr, 0};
    for (; bytes >= ngx_pagesize && memory.address == nullptr; bytes -= bytes / kLess) {
        memory = {ngx_slab_alloc(slab, bytes), bytes};
    }
    return memory.address == nullptr ? Memory{nullptr, 0} : memory;
}

// From the end of the answers; few enough to stay in a processor's cache.
constexpr std::size_t kMostChanges = std::size_t{16} << 10;
constexpr std::size_t kShareOfChanges = 128;

void take_changes(Zone& zone) {
    zone.changes_bytes = std::min(zone.answers_bytes / kShareOfChanges, kMostChanges);
    zone.answers_bytes -= zone.changes_bytes;
    zone.changes = static_cast<unsigned char*>(zone.answers) + zone.answers_bytes;
}

// A session has one place among the tokens and about three among the answers, which are smaller:
// two fifths for the tokens. Beside records, which are larger, a fifth. An eighth is left for other
// things, half of it for what is on its way to a file.
void add_tables(ngx_slab_pool_t* slab, Zone& zone, bool is_store) {
    const std::size_t bytes = slab->pfree * ngx_pagesize / 8 * 7;
    if (is_store) {
        const Memory tokens = take_memory(slab, std::max(bytes / 5, ngx_pagesize));
        const Memory store = take_memory(slab, bytes / 5 * 4);
        zone.tokens = tokens.address;
        zone.tokens_bytes = tokens.bytes;
        zone.store = store.address;
        zone.store_bytes = store.bytes;
        const Memory ring = take_memory(slab, std::clamp(bytes / 16, ngx_pagesize, kLargestRing));
        zone.ring = ring.address;
        zone.ring_bytes = ring.bytes;
        return;
    }
    const Memory tokens = take_memory(slab, bytes / 5 * 2);
    const Memory answers = take_memory(slab, bytes / 5 * 3);
    zone.tokens = tokens.address;
    zone.tokens_bytes = tokens.bytes;
    zone.answers = answers.address;
    zone.answers_bytes = answers.bytes;
    take_changes(zone);
}

// More than there are workers is of no use, and a small zone has other needs.
constexpr std::size_t kMostBlocks = 32;
constexpr std::size_t kShareOfBlocks = 64;

bool add_blocks(ngx_slab_pool_t* slab, Statistics& statistics, std::size_t bytes) {
    statistics.blocks =
        std::clamp<std::size_t>(bytes / kShareOfBlocks / sizeof(Counters), 1, kMostBlocks);
    statistics.block =
        static_cast<Counters*>(ngx_slab_calloc(slab, statistics.blocks * sizeof(Counters)));
    return statistics.block != nullptr;
}

// As many changes as come while a worker is busy, in bytes.
constexpr std::size_t kSmallestFeed = 1024;
constexpr std::size_t kLargestFeed = std::size_t{32} << 10;
constexpr std::size_t kShareOfFeed = 512;

// Of the sessions that have requests open, an eighth of those that tokens have room for.
constexpr std::size_t kSmallestLive = 2048;
constexpr std::size_t kLargestLive = std::size_t{16} << 20;
constexpr std::size_t kShareOfLive = 32;

bool add_live(ngx_slab_pool_t* slab, Zone& zone, std::size_t bytes) {
    zone.feed_bytes = std::clamp(bytes / kShareOfFeed, kSmallestFeed, kLargestFeed);
    zone.feed = ngx_slab_calloc(slab, zone.feed_bytes);
    zone.live_bytes = std::clamp(bytes / kShareOfLive, kSmallestLive, kLargestLive);
    zone.live = ngx_slab_calloc(slab, zone.live_bytes);
    return zone.feed != nullptr && zone.live != nullptr;
}

// The places of tokens are few: each has its number from the start.
void name_sources(ngx_slab_pool_t* slab, Statistics& statistics, Realm& realm) {
    realm.source_numbers.resize(realm.policy.sources.size());
    ngx_shmtx_lock(&slab->mutex);
    for (std::size_t i = 0; i < realm.source_numbers.size(); ++i) {
        const std::string name = source_name(realm.policy.sources[i]);
        realm.source_numbers[i] = statistics.sources.add(name).value_or(cache::kOthers);
    }
    ngx_shmtx_unlock(&slab->mutex);
}

const Zone* data_of(const ngx_shm_zone_t* zone) {
    return zone == nullptr ? nullptr : static_cast<const Zone*>(zone->data);
}

ngx_int_t fill(ngx_shm_zone_t* zone, ZoneMove& move) {
    ngx_slab_pool_t* slab = slab_of(zone);
    slab->log_nomem = 0;
    void* memory = ngx_slab_calloc(slab, sizeof(Zone));
    if (memory == nullptr) {
        return NGX_ERROR;
    }
    auto* own = new (memory) Zone();
    const bool is_store = !move.realm.redis;
    if (!add_blocks(slab, own->statistics, zone->shm.size) ||
        !add_live(slab, *own, zone->shm.size) || !add_shared_keys(*zone, *own, move.realm)) {
        return NGX_ERROR;
    }
    add_tables(slab, *own, is_store);
    const ngx_shm_zone_t* previous = previous_zone(zone, move.realm.policy.realm);
    const Zone* old = data_of(previous);
    const bool is_carried = old != nullptr && old->store != nullptr;
    if ((is_store && !make_store(*zone, *own, old)) ||
        (previous != nullptr && !take_over(*previous, *zone, *own, move)) ||
        !check_state(*zone, move.realm, is_carried ? old : nullptr) ||
        (is_store && !is_carried && !restore_state(*zone, move.realm, *own))) {
        return NGX_ERROR;
    }
    slab->data = zone->data = own;
    return NGX_OK;
}

// `zone->data` is the move, and then its memory, which a reload keeps.
ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old_data) noexcept {
    auto& move = *static_cast<ZoneMove*>(zone->data);
    return guarded(zone->shm.log, static_cast<ngx_int_t>(NGX_ERROR), [&]() -> ngx_int_t {
        ngx_slab_pool_t* slab = slab_of(zone);
        if (old_data != nullptr) {
            zone->data = old_data;
            if (!check_state(*zone, move.realm, data_of(zone))) {
                return NGX_ERROR;
            }
        } else if (zone->shm.exists) {
            zone->data = slab->data;
        } else if (fill(zone, move) != NGX_OK) {
            return NGX_ERROR;
        }
        if (!add_shared_keys(*zone, *static_cast<Zone*>(zone->data), move.realm)) {
            return NGX_ERROR;
        }
        name_sources(slab, static_cast<Zone*>(zone->data)->statistics, move.realm);
        return NGX_OK;
    });
}

}  // namespace

char* add_zone(ngx_conf_t* cf, Realm& realm, std::size_t bytes) {
    const std::size_t smallest = 16 * ngx_pagesize;
    if (bytes < smallest) {
        return fail(cf, "\"zone\" of realm \"" + realm.policy.realm + "\" is too small, use " +
                            std::to_string(smallest / 1024) + "k or more");
    }
    const bool is_store = !realm.redis;
    ngx_str_t name = copy(cf->pool, zone_name(realm.policy.realm, is_store));
    realm.zone = ngx_shared_memory_add(cf, &name, bytes, &ngx_http_auth_session_module);
    if (realm.zone == nullptr) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    realm.zone->init = init_zone;
    realm.move = make_in_pool<ZoneMove>(cf->pool, realm);
    realm.zone->data = realm.move;
    return ok();
}

Zone& zone_of(const Realm& realm) {
    return *static_cast<Zone*>(realm.zone->data);
}

cache::AnswerTable answers_of(const Realm& realm) {
    return answers_of(zone_of(realm));
}

cache::AnswerTable answers_of(const Zone& zone) {
    return {zone.answers, zone.answers_bytes, {zone.changes, zone.changes_bytes}};
}

cache::TokenTable tokens_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    return {zone.tokens, zone.tokens_bytes};
}

// What was taken for tables is free where they have no entry that is still of use.
ZoneBytes bytes_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    const auto now = static_cast<std::uint32_t>(ngx_time());
    const cache::TokenTable tokens = tokens_of(realm);
    const cache::AnswerTable answers = answers_of(realm);
    const auto idle = [](std::size_t bytes, std::size_t used, std::size_t capacity) {
        return capacity == 0 ? 0 : bytes / capacity * (capacity - used);
    };
    ZoneBytes bytes = {realm.zone->shm.size, 0};
    bytes.free = slab_of(realm.zone)->pfree * ngx_pagesize +
                 idle(zone.tokens_bytes, tokens.used(now), tokens.capacity()) +
                 idle(zone.answers_bytes, answers.used(now), answers.capacity());
    if (zone.store != nullptr) {
        const store::Usage usage = store::Keyspace(zone.store).usage();
        bytes.free += usage.capacity - usage.bytes;
    }
    bytes.used -= bytes.free;
    return bytes;
}

store::EffectRing ring_of(const Zone& zone) {
    return {zone.ring, zone.ring_bytes};
}

ZoneLock::ZoneLock(const Realm& realm) : ZoneLock(*realm.zone) {}

ZoneLock::ZoneLock(const ngx_shm_zone_t& zone) : slab_(slab_of(&zone)) {
    ngx_shmtx_lock(&slab_->mutex);
}

ZoneLock::~ZoneLock() {
    ngx_shmtx_unlock(&slab_->mutex);
}

}  // namespace nginx
