#include "redis.hpp"

#include <optional>
#include <utility>

#include "../redis/sentinel.hpp"
#include "failure.hpp"
#include "redis_cluster.hpp"

namespace ctl {
namespace {

class SingleRedis final : public Redis {
public:
    explicit SingleRedis(const RedisServer& server) : connection_(server) {
        connection_.log_in(server);
    }

    std::vector<redis::Reply> ask(std::vector<redis::Arguments> commands) override {
        return connection_.ask(commands);
    }

private:
    RedisConnection connection_;
};

class Answer final : public redis::Sentinel::Listener {
public:
    void master_is(std::string_view host, std::uint16_t port) override {
        master_ = RedisAddress{std::string(host), std::to_string(port), ""};
    }
    void refused(std::string_view reason) override {
        throw away("redis: sentinel: " + std::string(reason));
    }

    const std::optional<RedisAddress>& master() const { return master_; }

private:
    std::optional<RedisAddress> master_;
};

RedisAddress ask_sentinel(const RedisServer& sentinel, const std::string& master) {
    RedisConnection connection(sentinel);
    Answer answer;
    redis::Sentinel conversation(login_of(sentinel), master, answer);
    while (!answer.master()) {
        if (!connection.exchange(conversation)) {
            throw away("redis: what came is no answer of a sentinel");
        }
    }
    return *answer.master();
}

// Whom a sentinel takes for the master must say so itself: otherwise another one may know better.
std::unique_ptr<Redis> open_master(const RedisSettings& settings) {
    for (const RedisAddress& address : settings.addresses) {
        try {
            return std::make_unique<SingleRedis>(
                settings.server_at(ask_sentinel(settings.sentinel_at(address), settings.master)));
        } catch (const Failure& failure) {
            if (failure.status() != kAway || &address == &settings.addresses.back()) {
                throw;
            }
        }
    }
    return nullptr;
}

}  // namespace

std::unique_ptr<Redis> open_redis(const RedisSettings& settings) {
    switch (settings.topology) {
        case Topology::sentinel:
            return open_master(settings);
        case Topology::cluster:
            return std::make_unique<RedisCluster>(settings);
        case Topology::standalone:
            break;
    }
    return std::make_unique<SingleRedis>(settings.server_at(settings.addresses.front()));
}

}  // namespace ctl
