// The stores of its realms as a worker has them, connections and all.
#pragma once

#include "embedded/embedded_store.hpp"
#include "ngx.hpp"
#include "realm/realm.hpp"
#include "redis/redis_store.hpp"
#include "redis/replicas.hpp"
#include "request/mirror.hpp"

namespace nginx {

ngx_int_t init_worker(ngx_cycle_t* cycle) noexcept;
void exit_worker(ngx_cycle_t* cycle) noexcept;

// The connections of a realm end with its configuration at the latest; throws std::bad_alloc.
void close_with_configuration(ngx_conf_t* cf, const Realm& realm);

// Whether the realm's store may be complained of now: once a second, however many requests it
// fails.
bool may_complain(const Realm& realm);

// Of a realm that has a store; throw std::bad_alloc.
Store& store_of(const Realm& realm);
Known& known_of(const Realm& realm);

// The same of a realm whose store is Redis, and of one whose store is its zone.
Replicas& replicas_of(const Realm& realm);  // where there is "redis_wait"
Mirror& mirror_of(const Realm& realm);
EmbeddedStore& embedded_store_of(const Realm& realm);

}  // namespace nginx
