#include "named_server.hpp"

#include <utility>

namespace nginx {

NamedServer::NamedServer(const Realm& realm, RedisServerPtr server, const ngx_log_t& log,
                         std::function<void()> news)
    : now_(std::move(server)), news_(std::move(news)) {
    if (now_->is_name && resolver_of(realm) != nullptr) {
        watch_ =
            std::make_unique<NameWatch>(realm, now_->host, now_->port, log, *this, now_->addresses);
        sought_ = now_->addresses.empty();
    }
}

void NamedServer::open() {
    if (watch_ != nullptr) {
        watch_->open();
    }
}

void NamedServer::close() {
    if (watch_ != nullptr) {
        watch_->close();
    }
}

void NamedServer::resolved(std::vector<RedisAddress> addresses) {
    RedisPlace place = *now_;
    place.addresses = std::move(addresses);
    now_ = server_at(*now_, std::move(place));
    sought_ = false;
    news_();
}

void NamedServer::unresolved() {
    sought_ = false;
    news_();
}

}  // namespace nginx
