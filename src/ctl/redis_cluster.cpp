#include "redis_cluster.hpp"

#include <algorithm>
#include <utility>

#include "../redis/cluster_view.hpp"
#include "failure.hpp"

namespace ctl {
namespace {

// Of one that is told by its name the address may not be known.
bool is_same(const redis::NodeAddress& one, const redis::NodeAddress& other) {
    return one == other ? !one.host.empty() || one.name == other.name
                        : one.port == other.port && !one.name.empty() && one.name == other.name;
}

RedisAddress place_of(const redis::NodeAddress& node) {
    RedisAddress address;
    address.host = node.host.empty() ? node.name : node.host;
    address.port = std::to_string(node.port);
    return address;
}

redis::NodeAddress node_of(const RedisAddress& address) {
    const auto node = redis::read_address(address.host + ':' + address.port, {});
    if (address.host.empty() || !node) {
        throw usage("a node of a cluster is HOST:PORT");
    }
    return *node;
}

}  // namespace

// Any of the nodes that are named knows the others.
RedisCluster::RedisCluster(const RedisSettings& settings) : settings_(settings) {
    for (const RedisAddress& address : settings.addresses) {
        try {
            read_map(node_at(node_of(address)));
            return;
        } catch (const Failure& failure) {
            if (failure.status() != kAway || &address == &settings.addresses.back()) {
                throw;
            }
        }
    }
}

void RedisCluster::read_map(Node& node) {
    const auto replies = node.connection.ask(redis::ask_view());
    const auto view = redis::read_view(replies, node.address);
    if (!view) {
        throw away("redis: " + redis::complain_of_view(replies));
    }
    map_ = view->slots;
}

RedisCluster::Node& RedisCluster::node_at(const redis::NodeAddress& address) {
    const auto known = std::find_if(nodes_.begin(), nodes_.end(), [&address](const Node& node) {
        return is_same(node.address, address);
    });
    if (known != nodes_.end()) {
        return *known;
    }
    const RedisServer server =
        settings_.server_at(place_of(address), address.name.empty() ? address.host : address.name);
    Node& node = nodes_.emplace_back(address, server);
    node.connection.log_in(server);
    return node;
}

// What it does not have, and who does.
std::vector<RedisCluster::Part> RedisCluster::send(redis::Scatter& scatter, const Part& part) {
    Node& node = node_at(part.node);
    auto replies = node.connection.ask(scatter.commands(part.units, part.asking));
    std::vector<Part> onward;
    for (const auto& [unit, where] :
         scatter.take(part.units, part.asking, std::move(replies), node.address, map_)) {
        if (!where.ask) {
            map_.give(where.slot, where.to);
        }
        onward.push_back({where.to, {unit}, where.ask});
    }
    return onward;
}

std::vector<redis::Reply> RedisCluster::ask(std::vector<redis::Arguments> commands) {
    auto scatter = redis::Scatter::of(std::move(commands), map_);
    const auto groups = scatter ? scatter->by_master(map_) : std::nullopt;
    if (!groups) {
        throw away("redis: no node of the cluster has the slot");
    }
    std::vector<Part> parts;
    for (const auto& [master, units] : *groups) {
        parts.push_back({master, units});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Part part = parts[i];
        const std::vector<Part> onward = send(*scatter, part);
        parts.insert(parts.end(), onward.begin(), onward.end());
    }
    return scatter->replies();
}

}  // namespace ctl
