#include "cluster_nodes.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "../bridge.hpp"

namespace nginx {

namespace {

RedisAddress socket_of(const redis::NodeAddress& address) {
    RedisAddress own{};
    own.name = address.text();
    if (inet_pton(AF_INET, address.host.c_str(), &own.socket.sockaddr_in.sin_addr) == 1) {
        own.socket.sockaddr_in.sin_family = AF_INET;
        own.socket.sockaddr_in.sin_port = htons(address.port);
        own.length = sizeof(sockaddr_in);
    } else if (inet_pton(AF_INET6, address.host.c_str(), &own.socket.sockaddr_in6.sin6_addr) == 1) {
        own.socket.sockaddr_in6.sin6_family = AF_INET6;
        own.socket.sockaddr_in6.sin6_port = htons(address.port);
        own.length = sizeof(sockaddr_in6);
    } else {
        throw std::runtime_error("a node of a Redis Cluster without an address");
    }
    return own;
}

RedisServerPtr server_of(const redis::NodeAddress& address, const Realm& realm) {
    RedisPlace place;
    place.name = address.text();
    place.addresses.push_back(socket_of(address));
    place.ssl_name = address.name.empty() ? address.host : address.name;
    return server_at(*realm.redis, std::move(place));
}

}  // namespace

ClusterNode::ClusterNode(redis::NodeAddress where, const Realm& realm, const ngx_log_t& log,
                         StoreMeter& meter)
    : address(std::move(where)),
      server(server_of(address, realm)),
      pool(server, realm.redis_connections, log, meter) {}

ClusterNode& ClusterNodes::at(const redis::NodeAddress& address) {
    for (const auto& node : nodes_) {
        if (node->address == address) {
            return *node;
        }
    }
    nodes_.push_back(std::make_unique<ClusterNode>(address, realm_, log_, meter_));
    nodes_.back()->pool.open();
    return *nodes_.back();
}

ClusterNode* ClusterNodes::find(const redis::NodeAddress& named) {
    for (const auto& node : nodes_) {
        if (node->address.name == named.name && node->address.port == named.port) {
            return node.get();
        }
    }
    return nullptr;
}

bool ClusterNodes::is_down(const RedisServerPtr& server) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [&server](const auto& node) {
        return node->server == server && node->pool.is_down(server);
    });
}

void ClusterNodes::keep(const std::vector<redis::NodeAddress>& wanted) {
    const auto has_left = [&wanted](const std::unique_ptr<ClusterNode>& node) {
        return node->waiting == 0 &&
               std::find(wanted.begin(), wanted.end(), node->address) == wanted.end();
    };
    nodes_.erase(std::remove_if(nodes_.begin(), nodes_.end(), has_left), nodes_.end());
}

void ClusterNodes::close_all() {
    for (const auto& node : nodes_) {
        node->pool.close_all();
    }
}

}  // namespace nginx
