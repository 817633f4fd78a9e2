#include "sweeper.hpp"

#include <algorithm>

#include "../store/keyspace.hpp"
#include "bridge.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kInterval = 1000;      // ms
constexpr std::size_t kIntervals = 60;      // in which everything is swept once
constexpr std::size_t kBucketsLocked = 64;  // others wait no longer than these take

}  // namespace

Sweeper::Sweeper(const Realm& realm, const ngx_log_t& log) : realm_(realm), log_(log) {
    timer_owner_.fd = static_cast<ngx_socket_t>(-1);
    timer_owner_.data = this;
    timer_.data = &timer_owner_;
    timer_.log = &log_;
    timer_.handler = on_timer;
    timer_.cancelable = 1;
    if (ngx_worker == 0) {
        ngx_add_timer(&timer_, kInterval);
    }
}

Sweeper::~Sweeper() {
    if (timer_.timer_set) {
        ngx_del_timer(&timer_);
    }
}

void Sweeper::on_timer(ngx_event_t* event) noexcept {
    auto* sweeper = static_cast<Sweeper*>(static_cast<ngx_connection_t*>(event->data)->data);
    guarded(&sweeper->log_, [sweeper] { sweeper->sweep(); });
    if (!ngx_exiting) {
        ngx_add_timer(&sweeper->timer_, kInterval);
    }
}

void Sweeper::sweep() const {
    store::Keyspace keyspace(zone_of(realm_).store);
    const std::size_t buckets = keyspace.buckets() / kIntervals + 1;
    for (std::size_t done = 0; done < buckets; done += kBucketsLocked) {
        const ZoneLock lock(realm_);
        keyspace.recover();
        keyspace.set_time(ngx_time());
        keyspace.sweep(std::min(buckets - done, kBucketsLocked));
    }
}

}  // namespace nginx
