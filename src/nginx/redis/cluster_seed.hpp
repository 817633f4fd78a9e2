// A node that the configuration names: asked while no master of the cluster is known, or answers.
#pragma once

#include <functional>
#include <memory>

#include "../../redis/slots.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "named_server.hpp"
#include "redis_pool.hpp"
#include "store_meter.hpp"

namespace nginx {

class ClusterSeed {
public:
    // All of them must outlive it. `news` is called when its name is known to lead elsewhere, or to
    // nowhere.
    ClusterSeed(const Realm& realm, const RedisPlace& place, const ngx_log_t& log,
                StoreMeter& meter, std::function<void()> news);

    // Null while its name leads nowhere.
    RedisPool* pool();

    // For what it says of itself without a host.
    redis::NodeAddress address() const;

    // Whether its name may lead somewhere in a moment.
    bool is_sought() const { return server_.is_sought(); }

    void close();

private:
    const ngx_log_t& log_;
    StoreMeter& meter_;
    NamedServer server_;
    RedisServerPtr asked_;  // that the pool is to
    std::unique_ptr<RedisPool> pool_;
};

}  // namespace nginx
