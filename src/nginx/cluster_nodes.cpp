#include "cluster_nodes.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "bridge.hpp"

namespace nginx {

namespace {

// A server with its address in itself: nodes come and go while the configuration stays.
struct NodeServer : RedisServer {
    ngx_sockaddr_t place{};
};

void set_address(NodeServer& server, const redis::NodeAddress& address) {
    socklen_t size = sizeof(sockaddr_in);
    if (inet_pton(AF_INET, address.host.c_str(), &server.place.sockaddr_in.sin_addr) == 1) {
        server.place.sockaddr_in.sin_family = AF_INET;
        server.place.sockaddr_in.sin_port = htons(address.port);
    } else if (inet_pton(AF_INET6, address.host.c_str(), &server.place.sockaddr_in6.sin6_addr) ==
               1) {
        server.place.sockaddr_in6.sin6_family = AF_INET6;
        server.place.sockaddr_in6.sin6_port = htons(address.port);
        size = sizeof(sockaddr_in6);
    } else {
        throw std::runtime_error("a node of a Redis Cluster without an address");
    }
    ngx_addr_t place{};
    place.sockaddr = &server.place.sockaddr;
    place.socklen = size;
    place.name = str(server.name);
    server.addresses.assign(1, place);
}

std::shared_ptr<const RedisServer> server_at(const redis::NodeAddress& address,
                                             const Realm& realm) {
    auto server = std::make_shared<NodeServer>();
    static_cast<RedisServer&>(*server) = *realm.redis;
    server->name = address.text();
    if (!realm.redis_ssl_name_set) {
        server->ssl_name = address.name.empty() ? address.host : address.name;
    }
    set_address(*server, address);
    return server;
}

}  // namespace

ClusterNode::ClusterNode(redis::NodeAddress where, const Realm& realm, const ngx_log_t& log,
                         StoreMeter& meter)
    : address(std::move(where)),
      server(server_at(address, realm)),
      pool(server, realm.redis_connections, &log, meter) {}

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
