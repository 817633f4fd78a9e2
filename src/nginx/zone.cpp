#include "zone.hpp"

#include <algorithm>
#include <cstring>

#include "../module.hpp"
#include "conf.hpp"
#include "tally.hpp"

namespace nginx {
namespace {

ngx_slab_pool_t* slab_of(const ngx_shm_zone_t* zone) {
    return reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
}

// The zone of that name in the configuration that is still in force, or null.
const Zone* previous_zone(const ngx_shm_zone_t* zone) {
    auto* cycle = const_cast<ngx_cycle_t*>(ngx_cycle);
    for (ngx_list_part_t* part = &cycle->shared_memory.part; part != nullptr; part = part->next) {
        auto* other = static_cast<ngx_shm_zone_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            if (&other[i] != zone && other[i].tag == zone->tag &&
                view(other[i].shm.name) == view(zone->shm.name)) {
                return static_cast<Zone*>(other[i].data);
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
    Memory memory = {nullptr, 0};
    for (; bytes >= ngx_pagesize && memory.address == nullptr; bytes -= bytes / kLess) {
        memory = {ngx_slab_alloc(slab, bytes), bytes};
    }
    return memory.address == nullptr ? Memory{nullptr, 0} : memory;
}

// A session has one place among the tokens and about three among the answers, which are smaller:
// two fifths for the tokens. An eighth is left for other things.
void add_tables(ngx_slab_pool_t* slab, Zone& zone) {
    const std::size_t bytes = slab->pfree * ngx_pagesize / 8 * 7;
    const Memory tokens = take_memory(slab, bytes / 5 * 2);
    const Memory answers = take_memory(slab, bytes / 5 * 3);
    zone.tokens = tokens.address;
    zone.tokens_bytes = tokens.bytes;
    zone.answers = answers.address;
    zone.answers_bytes = answers.bytes;
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

void take_over(const Statistics& from, Statistics& to) {
    std::memcpy(static_cast<void*>(&to), &from, offsetof(Statistics, blocks));
    for (std::size_t i = 0; i < from.blocks; ++i) {
        add(from.block[i], to.block[i % to.blocks]);
    }
}

// The places of tokens are few: each has its number from the start.
void name_sources(ngx_slab_pool_t* slab, Statistics& statistics, Realm& realm) {
    ngx_shmtx_lock(&slab->mutex);
    for (std::size_t i = 0; i < realm.source_numbers.size(); ++i) {
        const std::string name = source_name(realm.policy.sources[i]);
        realm.source_numbers[i] = statistics.sources.add(name).value_or(cache::kOthers);
    }
    ngx_shmtx_unlock(&slab->mutex);
}

constexpr std::uint64_t kEpochGap = std::uint64_t{1} << 32;

// A reload that changes the size brings new memory: what was counted and known comes along. Its
// epochs are others than those that the old one still gets: what is copied waits for a new proof.
void take_over(const Zone& from, Zone& to) {
    to.coherence.epoch.store(from.coherence.epoch.load(std::memory_order_acquire) + kEpochGap,
                             std::memory_order_release);
    take_over(from.statistics, to.statistics);
    const cache::AnswerTable old(from.answers, from.answers_bytes);
    cache::AnswerTable table(to.answers, to.answers_bytes);
    old.copy_to(table, static_cast<std::uint32_t>(ngx_time()));
    to.rejects.store(from.rejects.load(std::memory_order_acquire), std::memory_order_release);
}

// The memory of a new zone, or null.
Zone* make_zone(const ngx_shm_zone_t* zone) {
    ngx_slab_pool_t* slab = slab_of(zone);
    slab->log_nomem = 0;
    void* memory = ngx_slab_calloc(slab, sizeof(Zone));
    if (memory == nullptr) {
        return nullptr;
    }
    auto* own = new (memory) Zone();
    if (!add_blocks(slab, own->statistics, zone->shm.size)) {
        return nullptr;
    }
    add_tables(slab, *own);
    if (const Zone* previous = previous_zone(zone)) {
        take_over(*previous, *own);
    }
    slab->data = own;
    return own;
}

// `zone->data` is the realm, and then its memory, which a reload keeps.
ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old_data) noexcept {
    return guarded(ngx_cycle->log, static_cast<ngx_int_t>(NGX_ERROR), [&]() -> ngx_int_t {
        auto& realm = *static_cast<Realm*>(zone->data);
        ngx_slab_pool_t* slab = slab_of(zone);
        realm.source_numbers.resize(realm.policy.sources.size());
        void* data = old_data != nullptr ? old_data : zone->shm.exists ? slab->data : nullptr;
        zone->data = data != nullptr ? data : make_zone(zone);
        if (zone->data == nullptr) {
            return NGX_ERROR;
        }
        name_sources(slab, static_cast<Zone*>(zone->data)->statistics, realm);
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
    ngx_str_t name = copy(cf->pool, "session_realm_" + realm.policy.realm);
    realm.zone = ngx_shared_memory_add(cf, &name, bytes, &ngx_http_auth_session_module);
    if (realm.zone == nullptr) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    realm.zone->init = init_zone;
    realm.zone->data = &realm;
    return ok();
}

Zone& zone_of(const Realm& realm) {
    return *static_cast<Zone*>(realm.zone->data);
}

cache::AnswerTable answers_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    return {zone.answers, zone.answers_bytes};
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
    bytes.used -= bytes.free;
    return bytes;
}

ZoneLock::ZoneLock(const Realm& realm) : slab_(slab_of(realm.zone)) {
    ngx_shmtx_lock(&slab_->mutex);
}

ZoneLock::~ZoneLock() {
    ngx_shmtx_unlock(&slab_->mutex);
}

}  // namespace nginx
