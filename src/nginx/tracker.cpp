#include "tracker.hpp"

#include <algorithm>

#include "../session/hash.hpp"
#include "../session/keys.hpp"
#include "bridge.hpp"
#include "live_feed.hpp"
#include "store_meter.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kLongestTick = 50;        // ms
constexpr ngx_msec_t kOwnerSilence = 1000;     // ms after which an owner counts as stuck
constexpr ngx_msec_t kRetry = 200;             // ms, after a loss
constexpr ngx_msec_t kUntrackedRetry = 30000;  // ms, where the server does not track

bool has_come(ngx_msec_t time) {
    return static_cast<ngx_msec_int_t>(ngx_current_msec - time) >= 0;
}

std::vector<std::string> prefixes(const std::string& prefix) {
    return {prefix + "revoked:", prefix + "stale:", session::epoch_key(prefix, "")};
}

}  // namespace

Tracker::Tracker(const Realm& realm, const ngx_log_t& log)
    : realm_(realm), log_(*realm.redis, realm, log), next_(ngx_current_msec) {
    timer_owner_.fd = static_cast<ngx_socket_t>(-1);
    timer_owner_.data = this;
    timer_.data = &timer_owner_;
    timer_.log = log_.get();
    timer_.handler = on_timer;
    timer_.cancelable = 1;
    ngx_add_timer(&timer_, 1);
}

Tracker::~Tracker() {
    if (timer_.timer_set) {
        ngx_del_timer(&timer_);
    }
    release();
}

cache::Coherence& Tracker::coherence() const {
    return zone_of(realm_).coherence;
}

void Tracker::on_timer(ngx_event_t* event) noexcept {
    auto* tracker = static_cast<Tracker*>(static_cast<ngx_connection_t*>(event->data)->data);
    const bool done = guarded(tracker->log_.own(), false, [tracker] {
        tracker->tick();
        return true;
    });
    if (!done) {
        guarded(tracker->log_.own(), [tracker] { tracker->disconnect(kRetry); });
    }
    if (!ngx_exiting) {
        const auto stale = static_cast<ngx_msec_t>(tracker->realm_.policy.max_stale_ms);
        ngx_add_timer(&tracker->timer_, std::clamp<ngx_msec_t>(stale / 8, 10, kLongestTick));
    }
}

void Tracker::tick() {
    if (ngx_exiting) {
        release();
        return;
    }
    if (!own_or_claim()) {
        disconnect(0);
        return;
    }
    if (connected_) {
        attend();
    } else if (has_come(next_)) {
        connect();
    }
}

// An owner that is dead or stuck is replaced: what it proved stays true, and ages.
bool Tracker::own_or_claim() {
    cache::Coherence& state = coherence();
    const auto self = static_cast<std::uint64_t>(ngx_pid);
    std::uint64_t owner = state.owner.load(std::memory_order_acquire);
    if (owner != self) {
        const bool silent =
            ngx_current_msec - state.heartbeat.load(std::memory_order_acquire) > kOwnerSilence;
        const bool other_server =
            state.server.load(std::memory_order_acquire) != realm_.server_number;
        if (owner != 0 && !silent && !other_server && is_alive(static_cast<std::uint32_t>(owner))) {
            return false;
        }
        if (!state.owner.compare_exchange_strong(owner, self)) {
            return false;
        }
        if (other_server) {
            state.proven.store(0, std::memory_order_release);
            state.untracked.store(0, std::memory_order_release);
            state.server.store(realm_.server_number, std::memory_order_release);
        }
        disconnect(0);  // of an ownership before: what was proven in between is not known
        next_ = ngx_current_msec;
    }
    state.heartbeat.store(ngx_current_msec, std::memory_order_release);
    return true;
}

void Tracker::release() {
    disconnect(0);
    auto self = static_cast<std::uint64_t>(ngx_pid);
    coherence().owner.compare_exchange_strong(self, 0);
}

void Tracker::connect() {
    const RedisServer& server = *realm_.redis;
    tracking_ = std::make_unique<redis::Tracking>(
        redis::Login{server.user, server.password, server.database},
        prefixes(realm_.policy.store_prefix), *this);
    stream_ = std::make_unique<RedisStream>(server, *tracking_, log_, *this);
    connected_ = true;
    refused_ = false;
    next_ = ngx_current_msec + server.connect_timeout;
    stream_->open(server.addresses[address_]);
}

// A server that is late with a sign of life is asked no more: a connection that may have lost
// something proves nothing.
void Tracker::attend() {
    const auto stale = static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
    const auto oldest = tracking_->oldest_ping();
    const ngx_msec_t late =
        oldest ? *oldest + std::max<ngx_msec_t>(stale, realm_.redis->timeout) : next_;
    if ((oldest || !established_) && has_come(late)) {
        broken("timed out", 0);
        return;
    }
    if (established_ && has_come(pinged_ + stale / 4)) {
        ping();
    }
}

void Tracker::ping() {
    pinged_ = ngx_current_msec;
    tracking_->ping(ngx_current_msec);
    stream_->send_soon();
}

void Tracker::disconnect(ngx_msec_t wait) {
    if (!connected_) {
        return;
    }
    if (established_) {
        // Whoever answers from now on may be another server.
        coherence().epoch.fetch_add(1, std::memory_order_acq_rel);
    }
    connected_ = false;
    established_ = false;
    next_ = ngx_current_msec + wait;
    stream_->close();
    if (coherence().owner.load(std::memory_order_acquire) == static_cast<std::uint64_t>(ngx_pid)) {
        coherence().proven.store(0, std::memory_order_release);
    }
}

// What was known before may have changed unseen: the new epoch comes before any proof.
void Tracker::tracking() {
    cache::Coherence& state = coherence();
    state.epoch.fetch_add(1, std::memory_order_acq_rel);
    state.server.store(realm_.server_number, std::memory_order_release);
    established_ = true;
    tell_all_changed(realm_);
    log_.restored();
    stream_->settle();
    stream_->set_idle(true);
    ping();
}

void Tracker::not_tracking(std::string_view reason) {
    cache::Coherence& state = coherence();
    state.server.store(realm_.server_number, std::memory_order_release);
    refused_ = true;
    if (state.untracked.exchange(1, std::memory_order_acq_rel) == 0) {
        const ngx_str_t realm = str(realm_.policy.realm);
        const ngx_str_t name = str(realm_.redis->name);
        const ngx_str_t text = str(reason);
        ngx_log_error(NGX_LOG_WARN, log_.own(), 0,
                      "session: realm \"%V\" redis %V does not tell what changes, what it answers "
                      "is asked again after \"max_stale\": %V",
                      &realm, &name, &text);
    }
}

void Tracker::changed(std::string_view key) {
    const cache::Digest digest = session::digest_of(realm_.server_identity, key);
    const ZoneLock lock(realm_);
    answers_of(realm_).forget(digest, coherence().epoch.load(std::memory_order_acquire),
                              static_cast<std::uint32_t>(ngx_time()));
    tell_change_locked(realm_, key);
}

void Tracker::flushed() {
    coherence().epoch.fetch_add(1, std::memory_order_acq_rel);
    tell_all_changed(realm_);
}

void Tracker::proven(std::uint64_t stamp) {
    coherence().proven.store(stamp, std::memory_order_release);
    coherence().untracked.store(0, std::memory_order_release);
}

void Tracker::opened() {
    stream_->send_soon();
}

void Tracker::broken(std::string_view reason, ngx_err_t error) {
    if (!refused_) {
        log_.lost(reason, error);
    }
    address_ = (address_ + 1) % realm_.redis->addresses.size();
    disconnect(refused_ ? kUntrackedRetry : kRetry);
}

void Tracker::abandoned() {
    disconnect(kRetry);
}

}  // namespace nginx
