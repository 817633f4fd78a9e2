#include "cluster_seed.hpp"

#include <utility>

namespace nginx {

ClusterSeed::ClusterSeed(const Realm& realm, const RedisPlace& place, const ngx_log_t& log,
                         StoreMeter& meter, std::function<void()> news)
    : log_(log),
      meter_(meter),
      server_(realm, server_at(*realm.redis, place), log, std::move(news)) {}

RedisPool* ClusterSeed::pool() {
    server_.open();
    if (server_.now() != asked_ && !server_.now()->addresses.empty()) {
        asked_ = server_.now();
        pool_ = std::make_unique<RedisPool>(asked_, 1, log_, meter_);
    }
    return pool_.get();
}

redis::NodeAddress ClusterSeed::address() const {
    redis::NodeAddress address;
    RedisAddress place = asked_->addresses.front();
    if (place.socket.sockaddr.sa_family == AF_UNIX) {
        return address;
    }
    u_char text[NGX_SOCKADDR_STRLEN];
    const std::size_t size =
        ngx_sock_ntop(&place.socket.sockaddr, place.length, text, sizeof(text), 0);
    address.host.assign(reinterpret_cast<const char*>(text), size);
    address.port = ngx_inet_get_port(&place.socket.sockaddr);
    return address;
}

void ClusterSeed::close() {
    server_.close();
    if (pool_ != nullptr) {
        pool_->close_all();
    }
}

}  // namespace nginx
