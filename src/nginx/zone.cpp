#include "zone.hpp"

#include <cstring>

#include "../module.hpp"
#include "conf.hpp"

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

void add_table(ngx_slab_pool_t* slab, Zone& zone) {
    constexpr std::size_t kSpare = 8;  // an eighth is left for other things
    std::size_t bytes = slab->pfree * ngx_pagesize;
    bytes -= bytes / kSpare;
    // Memory that nobody had before is zero.
    for (; bytes >= ngx_pagesize && zone.answers == nullptr; bytes -= bytes / kSpare) {
        zone.answers = ngx_slab_alloc(slab, bytes);
        zone.answers_bytes = zone.answers == nullptr ? 0 : bytes;
    }
}

// A reload that changes the size brings new memory: what was counted and known comes along.
void take_over(const Zone& from, Zone& to) {
    std::memcpy(static_cast<void*>(&to.counters), &from.counters, sizeof(to.counters));
    const cache::AnswerTable old(from.answers, from.answers_bytes);
    cache::AnswerTable table(to.answers, to.answers_bytes);
    old.copy_to(table, static_cast<std::uint32_t>(ngx_time()));
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old_data) noexcept {
    if (old_data != nullptr) {
        zone->data = old_data;  // a reload: the memory is the same
        return NGX_OK;
    }
    ngx_slab_pool_t* slab = slab_of(zone);
    if (zone->shm.exists) {
        zone->data = slab->data;
        return NGX_OK;
    }
    slab->log_nomem = 0;
    void* memory = ngx_slab_calloc(slab, sizeof(Zone));
    if (memory == nullptr) {
        return NGX_ERROR;
    }
    auto* own = new (memory) Zone();
    add_table(slab, *own);
    if (const Zone* previous = previous_zone(zone)) {
        take_over(*previous, *own);
    }
    slab->data = zone->data = own;
    return NGX_OK;
}

}  // namespace

char* add_zone(ngx_conf_t* cf, Realm& realm, std::size_t bytes) {
    const std::size_t smallest = 8 * ngx_pagesize;
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
    return ok();
}

Zone& zone_of(const Realm& realm) {
    return *static_cast<Zone*>(realm.zone->data);
}

cache::AnswerTable answers_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    return {zone.answers, zone.answers_bytes};
}

ZoneLock::ZoneLock(const Realm& realm) : slab_(slab_of(realm.zone)) {
    ngx_shmtx_lock(&slab_->mutex);
}

ZoneLock::~ZoneLock() {
    ngx_shmtx_unlock(&slab_->mutex);
}

}  // namespace nginx
