// A Redis Cluster as a realm's store: each command goes to the master that has its slot, and to no
// replica. While a node is away only questions that need it are without an answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../ngx.hpp"
#include "../posted_call.hpp"
#include "../realm/realm.hpp"
#include "cluster_map.hpp"
#include "cluster_nodes.hpp"
#include "cluster_question.hpp"
#include "redis_store.hpp"
#include "store_meter.hpp"

namespace nginx {

class RedisCluster final : public RedisStore,
                           private ClusterMap::Owner,
                           private ClusterQuestion::Owner {
public:
    // Realm and meter must outlive it; the log is copied.
    RedisCluster(const Realm& realm, const ngx_log_t& log, StoreMeter& meter);
    ~RedisCluster() override;
    RedisCluster(const RedisCluster&) = delete;
    RedisCluster& operator=(const RedisCluster&) = delete;

    void open() override { map_.refresh(); }
    void close_all() override;

    // The commands of a question are done in their order at each master only. SCAN is one walk over
    // all of them.
    bool ask(redis::Commands commands, redis::Asker& asker) override;
    void tell(redis::Commands commands) override;
    void forget(const redis::Asker& asker) override;

    StoreMeter& meter() const override { return meter_; }

    std::vector<RedisServerPtr> masters() const override { return map_.masters(); }
    bool is_down(const RedisServerPtr& master) const override { return nodes_.is_down(master); }
    RedisServerPtr master_of(std::string_view key) const override {
        return map_.master_of(redis::slot_of(key));
    }
    std::vector<std::string> tags() const override { return map_.tags(); }
    std::string tag_of(std::string_view key) const override {
        return map_.tag_of(redis::slot_of(key));
    }
    ngx_msec_t confirmed() override { return map_.confirmed(); }

private:
    void mapped() override;
    void moved(std::uint64_t view) override { see(view); }
    void delayed(ClusterQuestion& question) override;
    void over(ClusterQuestion& question) override;

    bool send(redis::Commands commands, redis::Asker* asker);
    void go_on();

    const Realm& realm_;
    StoreMeter& meter_;
    ngx_log_t log_;
    ClusterNodes nodes_;
    ClusterMap map_;
    std::unordered_map<const ClusterQuestion*, std::unique_ptr<ClusterQuestion>> questions_;
    std::vector<ClusterQuestion*> waiting_;  // for the first map
    std::vector<ClusterQuestion*> delayed_;
    std::vector<ClusterQuestion*> over_;
    PostedCall later_;
};

}  // namespace nginx
