#include "tracker.hpp"

#include <algorithm>
#include <iterator>

#include "../../session/hash.hpp"
#include "../bridge.hpp"
#include "../live/live_feed.hpp"
#include "../zone/zone.hpp"
#include "store_meter.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kLongestTick = 50;     // ms
constexpr ngx_msec_t kOwnerSilence = 1000;  // ms after which an owner counts as stuck

}  // namespace

Tracker::Tracker(const Realm& realm, RedisStore& store, const ngx_log_t& log)
    : realm_(realm), store_(store), log_(log), timer_(&log_, [this] { on_time(); }) {
    timer_.start(1);
}

cache::Coherence& Tracker::coherence() const {
    return zone_of(realm_).coherence;
}

void Tracker::on_time() {
    if (!ngx_exiting) {
        const auto stale = static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
        timer_.start(std::clamp<ngx_msec_t>(stale / 8, 10, kLongestTick));
    }
    const bool done = guarded(&log_, false, [this] {
        tick();
        return true;
    });
    if (!done) {
        let_go(links_.begin());
    }
}

void Tracker::tick() {
    if (ngx_exiting) {
        release();
        return;
    }
    if (!own_or_claim()) {
        let_go(links_.begin());
        if (coherence().view.load(std::memory_order_acquire) != store_.view()) {
            store_.confirmed();  // one of both is behind
        }
        return;
    }
    follow_masters();
    for (const auto& link : links_) {
        link->attend(store_.is_down(link->server()));
    }
    if (least_proven() != 0) {
        publish();  // that there are no others may have been confirmed since
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
        let_go(links_.begin());  // of an ownership before: what was proven in between is not known
    }
    state.heartbeat.store(ngx_current_msec, std::memory_order_release);
    return true;
}

void Tracker::release() {
    let_go(links_.begin());
    auto self = static_cast<std::uint64_t>(ngx_pid);
    coherence().owner.compare_exchange_strong(self, 0);
}

// Links to nodes that hold no keys any more end, and new ones begin.
void Tracker::follow_masters() {
    const std::vector<RedisServerPtr> masters = store_.masters();
    confirmed_ = store_.confirmed();
    const auto has_link = [this](const RedisServerPtr& master) {
        return std::any_of(links_.begin(), links_.end(),
                           [&](const auto& link) { return link->server() == master; });
    };
    const bool had_links = !links_.empty();
    const auto gone = std::stable_partition(links_.begin(), links_.end(), [&](const auto& link) {
        return std::find(masters.begin(), masters.end(), link->server()) != masters.end();
    });
    let_go(gone);
    bool has_come = false;
    for (const RedisServerPtr& master : masters) {
        if (!has_link(master)) {
            links_.push_back(std::make_unique<TrackingLink>(master, realm_, log_, *this));
            has_come = true;
        }
    }
    if (had_links && has_come) {
        publish();  // the new node has proven nothing yet
    }
    follow_view();
}

// A worker that sees other masters than the owner learns nothing from what these told.
void Tracker::follow_view() {
    cache::Coherence& state = coherence();
    if (state.view.load(std::memory_order_acquire) != store_.view()) {
        state.proven.store(0, std::memory_order_release);
        state.epoch.fetch_add(1, std::memory_order_acq_rel);
        state.view.store(store_.view(), std::memory_order_release);
    }
}

// They speak of their end to an owner that has them no more.
void Tracker::let_go(Links::iterator first) {
    Links gone(std::make_move_iterator(first), std::make_move_iterator(links_.end()));
    links_.erase(first, links_.end());
}

std::uint64_t Tracker::least_proven() const {
    std::uint64_t least = links_.empty() ? 0 : confirmed_;
    for (const auto& link : links_) {
        least = std::min(least, link->proven_at());
    }
    return least;
}

// Nothing is proven unless every node has told all that changed until then, and there was no other
// node. Only the owner says so:
// what another one proved meanwhile is not taken back.
void Tracker::publish() {
    cache::Coherence& state = coherence();
    if (state.owner.load(std::memory_order_acquire) != static_cast<std::uint64_t>(ngx_pid)) {
        return;
    }
    const std::uint64_t least = least_proven();
    if (least != 0) {
        state.last_epoch.store(state.epoch.load(std::memory_order_acquire),
                               std::memory_order_release);
        state.last_proven.store(least, std::memory_order_release);
    }
    state.proven.store(least, std::memory_order_release);
    if (least != 0) {
        state.untracked.store(0, std::memory_order_release);
    }
}

// What was known before may have changed unseen: the new epoch comes before any proof.
void Tracker::established() {
    zone_of(realm_).generations.doubts.fetch_add(1, std::memory_order_acq_rel);
    coherence().epoch.fetch_add(1, std::memory_order_acq_rel);
    coherence().server.store(realm_.server_number, std::memory_order_release);
    tell_all_changed(realm_);
}

// Whoever answers from now on may be another server.
void Tracker::broken() {
    coherence().epoch.fetch_add(1, std::memory_order_acq_rel);
    publish();
}

void Tracker::changed(std::string_view key) {
    const cache::Digest digest = session::digest_of(realm_.server_identity, key);
    const ZoneLock lock(realm_);
    answers_of(realm_).forget(digest, coherence().epoch.load(std::memory_order_acquire),
                              static_cast<std::uint32_t>(ngx_time()));
    tell_change_locked(realm_, key);
}

void Tracker::flushed() {
    zone_of(realm_).generations.doubts.fetch_add(1, std::memory_order_acq_rel);
    coherence().epoch.fetch_add(1, std::memory_order_acq_rel);
    tell_all_changed(realm_);
}

void Tracker::proven() {
    publish();
}

void Tracker::refused(const RedisServer& server, std::string_view reason) {
    cache::Coherence& state = coherence();
    state.server.store(realm_.server_number, std::memory_order_release);
    if (state.untracked.exchange(1, std::memory_order_acq_rel) != 0) {
        return;
    }
    const ngx_str_t realm = str(realm_.policy.realm);
    const ngx_str_t name = str(server.name);
    const ngx_str_t text = str(reason);
    ngx_log_error(NGX_LOG_WARN, &log_, 0,
                  "session: realm \"%V\" redis %V does not tell what changes, what it answers "
                  "is asked again after \"max_stale\": %V",
                  &realm, &name, &text);
}

}  // namespace nginx
