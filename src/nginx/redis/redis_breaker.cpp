#include "redis_breaker.hpp"

#include "../zone/zone.hpp"
#include "store_meter.hpp"

namespace nginx {
namespace {

std::uint16_t number_of(const Realm& realm, const std::string& node) {
    auto& nodes = statistics(realm).nodes;
    if (const auto known = nodes.find(node)) {
        return *known;
    }
    const ZoneLock lock(realm);
    return nodes.add(node).value_or(cache::kOthers);
}

}  // namespace

RedisBreaker::RedisBreaker(const RedisServer& server, const Realm& realm) : realm_(realm) {
    place_ = statistics(realm).node_states.claim(static_cast<std::uint32_t>(ngx_pid),
                                                 number_of(realm, server.name),
                                                 static_cast<std::uint8_t>(state_), is_alive);
}

RedisBreaker::~RedisBreaker() {
    if (place_ != nullptr) {
        cache::NodeStates::release(*place_);
    }
}

void RedisBreaker::turn(State state) {
    if (state_ == State::closed && state != State::closed) {
        count(counters(realm_).breaker_opened);
    }
    state_ = state;
    if (place_ != nullptr) {
        cache::NodeStates::set(*place_, static_cast<std::uint8_t>(state));
    }
}

void RedisBreaker::was_silent(const void* link) {
    if (prober_ == nullptr) {
        prober_ = link;
    }
    if (state_ == State::closed) {
        turn(State::open);
    }
}

void RedisBreaker::was_unreachable(const void* link) {
    if (ready_ == 0) {
        was_silent(link);
    } else if (prober_ == link) {
        answered();
    }
}

void RedisBreaker::begins(const void* link) {
    if (prober_ == link) {
        turn(State::half_open);
    }
}

void RedisBreaker::waits(const void* link) {
    if (prober_ == link) {
        turn(State::open);
    }
}

void RedisBreaker::leaves(const void* link) {
    if (prober_ == link) {
        answered();
    }
}

void RedisBreaker::answered() {
    prober_ = nullptr;
    if (state_ != State::closed) {
        turn(State::closed);
    }
}

}  // namespace nginx
