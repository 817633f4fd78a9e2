#include "replicas.hpp"

#include <string>
#include <utility>

namespace nginx {

// WAIT is about the last write of its own connection: one that comes behind all others.
std::vector<redis::Arguments> Replicas::question() const {
    return {{"SET", realm_.policy.store_prefix + "waited", "1", "EX", "60"},
            {"WAIT", std::to_string(realm_.wait_replicas), std::to_string(realm_.wait_ms)}};
}

bool Replicas::is_yes(const std::vector<redis::Reply>& replies) const {
    return replies.size() == 2 && !replies[0].is_error() &&
           replies[1].type == redis::Reply::Type::integer &&
           replies[1].integer >= static_cast<std::int64_t>(realm_.wait_replicas);
}

RedisServerPtr Replicas::master() const {
    const std::vector<RedisServerPtr> masters = store_.masters();
    return masters.size() == 1 ? masters.front() : nullptr;
}

bool Replicas::ask(std::vector<redis::Arguments> commands, redis::Asker& asker) {
    const RedisServerPtr master = this->master();
    if (master == nullptr) {
        return false;
    }
    if (master != server_) {
        close_all();
        server_ = master;
        pool_ = std::make_unique<RedisPool>(server_, 1, log_, meter_);
    }
    return pool_->ask_until(std::move(commands), asker,
                            ngx_current_msec + server_->timeout + realm_.wait_ms);
}

void Replicas::forget(const redis::Asker& asker) {
    if (pool_ != nullptr) {
        pool_->forget(asker);
    }
}

void Replicas::close_all() {
    if (pool_ != nullptr) {
        pool_->close_all();
    }
}

}  // namespace nginx
