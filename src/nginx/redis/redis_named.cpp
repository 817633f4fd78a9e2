#include "redis_named.hpp"

#include <utility>

#include "../bridge.hpp"
#include "redis_address.hpp"

namespace nginx {

RedisNamed::RedisNamed(const Realm& realm, const ngx_log_t& log, StoreMeter& meter)
    : MovingStore(realm, log, meter),
      watch_(realm, realm.redis->host, realm.redis->port, log, *this, realm.redis->addresses) {}

RedisNamed::~RedisNamed() {
    close_all();
}

void RedisNamed::open() {
    if (server() == nullptr && !realm().redis->addresses.empty()) {
        move_to(realm().redis, Old::drained);
    }
    watch_.open();
}

void RedisNamed::close_all() {
    watch_.close();
    MovingStore::close_all();
}

void RedisNamed::resolved(std::vector<RedisAddress> addresses) {
    RedisPlace place = *realm().redis;
    place.addresses = std::move(addresses);
    if (server() != nullptr) {
        ngx_str_t realm_name = str(realm().policy.realm);
        ngx_str_t name = str(place.name);
        const std::string now_at = names_of(place.addresses);
        const std::string was_at = names_of(server()->addresses);
        ngx_str_t now = str(now_at);
        ngx_str_t before = str(was_at);
        ngx_log_error(NGX_LOG_NOTICE, log(), 0,
                      "session: realm \"%V\" redis %V is now at %V, was at %V", &realm_name, &name,
                      &now, &before);
    }
    move_to(server_at(*realm().redis, std::move(place)), Old::drained);
}

}  // namespace nginx
