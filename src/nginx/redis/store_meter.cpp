#include "store_meter.hpp"

#include <csignal>
#include <ctime>

#include <algorithm>
#include <cerrno>

#include "../zone/zone.hpp"

namespace nginx {
namespace {

// nginx's own clock stands still while it handles events.
std::uint64_t microseconds() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1000000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

std::size_t class_of(std::uint64_t duration) {
    const auto* bound =
        std::lower_bound(std::begin(kDurationBounds), std::end(kDurationBounds), duration);
    return static_cast<std::size_t>(bound - std::begin(kDurationBounds));
}

}  // namespace

bool is_alive(std::uint32_t process) {
    return kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
}

void StoreMeter::connected(bool again) {
    zone_of(realm_).generations.doubts.fetch_add(1, std::memory_order_acq_rel);
    if (again) {
        count(counters(realm_).reconnects);
    }
    if (connections_ == nullptr) {
        connections_ =
            statistics(realm_).connections.claim(static_cast<std::uint32_t>(ngx_pid), is_alive);
    }
    if (connections_ != nullptr) {
        cache::Presence::add(*connections_);
    }
}

void StoreMeter::disconnected() {
    if (connections_ != nullptr) {
        cache::Presence::remove(*connections_);
    }
}

void StoreTimer::start() {
    started_ = microseconds();
    asked_ = ngx_current_msec;
}

void StoreTimer::answered(const std::vector<redis::Reply>& replies) {
    const std::uint64_t duration = microseconds() - started_;
    const bool failed = std::any_of(replies.begin(), replies.end(),
                                    [](const redis::Reply& reply) { return reply.is_error(); });
    Counters& counts = counters(meter_.realm_);
    count(failed ? counts.failed : counts.answered);
    count(counts.durations.at(class_of(duration)));
    counts.duration.fetch_add(duration, std::memory_order_relaxed);
}

void StoreTimer::unanswered() {
    const auto& redis = meter_.realm_.redis;
    const bool late = redis != nullptr && ngx_current_msec - asked_ >= redis->timeout;
    Counters& counts = counters(meter_.realm_);
    count(late ? counts.timed_out : counts.failed);
}

}  // namespace nginx
