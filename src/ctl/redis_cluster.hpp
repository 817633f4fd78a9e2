// A Redis Cluster: each command goes to the master that has its slot, and where that says it
// should.
#pragma once

#include <list>
#include <utility>
#include <vector>

#include "../redis/scatter.hpp"
#include "../redis/slots.hpp"
#include "redis.hpp"

namespace ctl {

class RedisCluster final : public Redis {
public:
    explicit RedisCluster(const RedisSettings& settings);

    // SCAN is one walk over all masters.
    std::vector<redis::Reply> ask(std::vector<redis::Arguments> commands) override;

private:
    struct Node {
        Node(redis::NodeAddress where, const RedisServer& server)
            : address(std::move(where)), connection(server) {}

        redis::NodeAddress address;
        RedisConnection connection;
    };
    // For one node.
    struct Part {
        redis::NodeAddress node;
        redis::Scatter::Units units;
        bool asking = false;
    };

    void read_map(Node& node);
    Node& node_at(const redis::NodeAddress& address);
    std::vector<Part> send(redis::Scatter& scatter, const Part& part);

    const RedisSettings& settings_;
    std::list<Node> nodes_;
    redis::SlotMap map_;
};

}  // namespace ctl
