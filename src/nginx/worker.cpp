#include "worker.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "../module.hpp"
#include "bridge.hpp"
#include "key_location/key_station.hpp"
#include "live/live.hpp"
#include "realm/realm_block.hpp"
#include "redis/redis_advice.hpp"
#include "redis/store_log.hpp"
#include "redis/tracker.hpp"
#include "request/known_tokens.hpp"
#include "zone/session_survey.hpp"

namespace nginx {
namespace {

struct Opened {
    const Realm* realm;
    std::unique_ptr<EmbeddedStore> embedded;  // or, where there is Redis, these
    std::unique_ptr<StoreMeter> meter;
    std::unique_ptr<RedisStore> redis;
    std::unique_ptr<Replicas> replicas;
    std::unique_ptr<RedisAdvice> advice;
    std::unique_ptr<Generation> generation;
    std::unique_ptr<Mirror> mirror;
    std::unique_ptr<Tracker> tracker;  // null where no change has to be told
    time_t complained = 0;
};

// The only state of the module outside requests, settings and zones; the master, whose globals
// survive a reload, has none of it.
std::vector<Opened> stores;

void open_redis(const Realm& realm, Opened& store) {
    store.meter = std::make_unique<StoreMeter>(realm);
    store.redis = make_redis_store(realm, *ngx_cycle->log, *store.meter);
    store.advice = std::make_unique<RedisAdvice>(realm, *store.redis, *ngx_cycle->log);
    store.replicas = std::make_unique<Replicas>(realm, *store.redis, *ngx_cycle->log, *store.meter);
    store.generation = std::make_unique<Generation>(realm, *store.redis, *ngx_cycle->log);
    store.mirror = std::make_unique<Mirror>(realm, *store.redis, *store.generation);
    const bool is_told =
        realm.policy.revocation == session::Revocation::cached || realm.policy.ends_live;
    if (realm.policy.asks_lists() && is_told) {
        store.tracker = std::make_unique<Tracker>(realm, *store.redis, *ngx_cycle->log);
    }
    store.redis->open();
}

Opened& open_store(const Realm& realm) {
    Opened store;
    store.realm = &realm;
    if (realm.redis) {
        open_redis(realm, store);
    } else {
        store.embedded = std::make_unique<EmbeddedStore>(realm, *ngx_cycle->log);
    }
    stores.push_back(std::move(store));
    return stores.back();
}

// "master_process off" does not start its only process anew on a reload.
Opened& open_or_find(const Realm& realm) {
    for (Opened& store : stores) {
        if (store.realm == &realm) {
            return store;
        }
    }
    return open_store(realm);
}

void close_store(void* realm) noexcept {
    KnownTokens::own().clear();
    LiveRequests::close(static_cast<const Realm*>(realm));
    close_survey(*static_cast<const Realm*>(realm));
    const auto is_of = [realm](const Opened& store) { return store.realm == realm; };
    close_key_station(*static_cast<const Realm*>(realm));
    stores.erase(std::remove_if(stores.begin(), stores.end(), is_of), stores.end());
}

bool serves_requests() {
    return ngx_process == NGX_PROCESS_WORKER || ngx_process == NGX_PROCESS_SINGLE;
}

const MainSettings* main_settings(ngx_cycle_t* cycle) {
    if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == nullptr) {
        return nullptr;  // no http block
    }
    return static_cast<MainSettings*>(
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_auth_session_module));
}

}  // namespace

ngx_int_t init_worker(ngx_cycle_t* cycle) noexcept {
    const MainSettings* settings = main_settings(cycle);
    if (settings == nullptr || !serves_requests()) {
        return NGX_OK;
    }
    return guarded(cycle->log, static_cast<ngx_int_t>(NGX_ERROR), [&]() -> ngx_int_t {
        for (const Realm* realm : settings->realms) {
            if (realm->used && (realm->policy.asks_store() || realm->policy.has_opaque())) {
                open_store(*realm);
            }
        }
        return NGX_OK;
    });
}

void exit_worker(ngx_cycle_t* cycle) noexcept {
    guarded(cycle->log, [] {
        KnownTokens::own().clear();
        LiveRequests::close(nullptr);
        close_surveys();
        for (const Opened& store : stores) {
            if (store.redis) {
                store.redis->close_all();
                store.replicas->close_all();
            }
        }
        stores.clear();
        close_key_stations();
        StoreLog::own().close();
    });
}

bool may_complain(const Realm& realm) {
    for (Opened& store : stores) {
        if (store.realm == &realm && store.complained != ngx_time()) {
            store.complained = ngx_time();
            return StoreLog::own().admits(realm);
        }
    }
    StoreLog::own().leave_out(realm);
    return false;
}

// Only "master_process off" needs it: there the process outlives the configuration that it has
// read.
void close_with_configuration(ngx_conf_t* cf, const Realm& realm) {
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (cleanup == nullptr) {
        throw std::bad_alloc();
    }
    cleanup->handler = close_store;
    cleanup->data = const_cast<Realm*>(&realm);
}

Store& store_of(const Realm& realm) {
    const Opened& opened = open_or_find(realm);
    return opened.embedded ? static_cast<Store&>(*opened.embedded) : *opened.redis;
}

Known& known_of(const Realm& realm) {
    const Opened& opened = open_or_find(realm);
    return opened.embedded ? static_cast<Known&>(*opened.embedded) : *opened.mirror;
}

EmbeddedStore& embedded_store_of(const Realm& realm) {
    return *open_or_find(realm).embedded;
}

Replicas& replicas_of(const Realm& realm) {
    return *open_or_find(realm).replicas;
}

Mirror& mirror_of(const Realm& realm) {
    return *open_or_find(realm).mirror;
}

}  // namespace nginx
