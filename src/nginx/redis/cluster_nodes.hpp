// A worker's connections to the masters of a Redis Cluster, one pool for each, while they are
// wanted.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "../../redis/slots.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "redis_pool.hpp"
#include "redis_server.hpp"
#include "store_meter.hpp"

namespace nginx {

struct ClusterNode {
    ClusterNode(redis::NodeAddress where, const Realm& realm, const ngx_log_t& log,
                StoreMeter& meter);

    const redis::NodeAddress address;
    const RedisServerPtr server;
    RedisPool pool;
    std::size_t waiting = 0;  // for answers of it: it stays so long
};

class ClusterNodes {
public:
    // All of them must outlive it.
    ClusterNodes(const Realm& realm, const ngx_log_t& log, StoreMeter& meter)
        : realm_(realm), log_(log), meter_(meter) {}

    // Begins to connect to one that is new.
    ClusterNode& at(const redis::NodeAddress& address);

    // The node that was said by its name only; null where none is known by it.
    ClusterNode* find(const redis::NodeAddress& named);

    bool is_down(const RedisServerPtr& server) const;

    // Leaves those that are not among these, once nobody waits for them.
    void keep(const std::vector<redis::NodeAddress>& wanted);

    void close_all();

private:
    const Realm& realm_;
    const ngx_log_t& log_;
    StoreMeter& meter_;
    std::vector<std::unique_ptr<ClusterNode>> nodes_;
};

}  // namespace nginx
