#include "zone.hpp"

#include "../module.hpp"
#include "conf.hpp"

namespace nginx {
namespace {

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old_data) noexcept {
    if (old_data != nullptr) {
        zone->data = old_data;  // a reload: the memory is the same, and so are the counters
        return NGX_OK;
    }
    auto* slab = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
    if (zone->shm.exists) {
        zone->data = slab->data;
        return NGX_OK;
    }
    void* memory = ngx_slab_calloc(slab, sizeof(Counters));
    if (memory == nullptr) {
        return NGX_ERROR;
    }
    slab->data = zone->data = new (memory) Counters();
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

Counters& counters(const Realm& realm) {
    return *static_cast<Counters*>(realm.zone->data);
}

}  // namespace nginx
