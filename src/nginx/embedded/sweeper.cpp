#include "sweeper.hpp"

#include <algorithm>

#include "../../store/keyspace.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kInterval = 1000;      // ms
constexpr std::size_t kIntervals = 60;      // in which everything is swept once
constexpr std::size_t kBucketsLocked = 64;  // others wait no longer than these take

}  // namespace

Sweeper::Sweeper(const Realm& realm, const ngx_log_t& log)
    : realm_(realm), log_(log), timer_(&log_, [this] { on_time(); }) {
    if (ngx_worker == 0) {
        timer_.start(kInterval);
    }
}

void Sweeper::on_time() {
    if (!ngx_exiting) {
        timer_.start(kInterval);
    }
    sweep();
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
