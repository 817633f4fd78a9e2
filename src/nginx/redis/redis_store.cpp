#include "redis_store.hpp"

#include "redis_cluster.hpp"
#include "redis_named.hpp"
#include "redis_pool.hpp"
#include "redis_sentinel.hpp"

namespace nginx {

RedisServerPtr RedisStore::master_of(std::string_view) const {
    const std::vector<RedisServerPtr> all = masters();
    return all.size() == 1 ? all.front() : nullptr;
}

std::unique_ptr<RedisStore> make_redis_store(const Realm& realm, const ngx_log_t& log,
                                             StoreMeter& meter) {
    if (realm.topology == Topology::cluster) {
        return std::make_unique<RedisCluster>(realm, log, meter);
    }
    if (realm.topology == Topology::sentinel) {
        return std::make_unique<RedisSentinel>(realm, log, meter);
    }
    if (realm.redis->is_name && resolver_of(realm) != nullptr) {
        return std::make_unique<RedisNamed>(realm, log, meter);
    }
    return std::make_unique<RedisPool>(realm.redis, realm.redis_connections, log, meter);
}

}  // namespace nginx
