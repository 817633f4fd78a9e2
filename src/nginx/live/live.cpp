#include "live.hpp"

#include <algorithm>

#include "../bridge.hpp"
#include "../redis/store_meter.hpp"
#include "../zone/zone.hpp"
#include "live_feed.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kTick = 20;  // ms: others hear of a change within two of them
constexpr ngx_msec_t kSoon = 1;   // ms, where a slice was not enough

// Of this worker; the master has none.
std::vector<std::unique_ptr<LiveRequests>> all;

}  // namespace

LiveRequest::~LiveRequest() {
    if (owner != nullptr) {
        owner->remove(*this);
    }
}

LiveRequests& LiveRequests::of(const Realm& realm) {
    for (const auto& own : all) {
        if (&own->realm_ == &realm) {
            return *own;
        }
    }
    all.push_back(std::make_unique<LiveRequests>(realm));
    return *all.back();
}

void LiveRequests::close(const Realm* realm) noexcept {
    all.erase(std::remove_if(
                  all.begin(), all.end(),
                  [realm](const auto& own) { return realm == nullptr || &own->realm_ == realm; }),
              all.end());
}

LiveRequests::LiveRequests(const Realm& realm)
    : realm_(realm),
      seen_(feed_of(realm).position()),
      suspected_(ngx_current_msec),
      timer_(ngx_cycle->log,
             [this] {
                 ++tick_;
                 go_on();
             }),
      answered_(ngx_cycle->log, [this] { go_on(); }) {
    for (ngx_queue_t* queue : {&young_, &watched_, &due_, &asked_, &doomed_}) {
        ngx_queue_init(queue);
    }
}

LiveRequests::~LiveRequests() {
    for (ngx_queue_t* queue : {&young_, &watched_, &due_, &asked_, &doomed_}) {
        while (!ngx_queue_empty(queue)) {
            remove(*ngx_queue_data(ngx_queue_head(queue), LiveRequest, link));
        }
    }
    settled_ = 0;
    show_count();
}

void LiveRequests::add(LiveRequest& live, ngx_http_request_t* r, std::uint64_t since,
                       bool only_told) {
    if (live.owner != nullptr) {
        live.owner->remove(live);
    }
    live.owner = this;
    live.request = r;
    live.since = since;
    live.only_told = only_told;
    live.is_young = true;
    live.is_met = false;
    live.is_listed = false;
    live.pass = tick_;
    live.reason = session::Reason::valid;
    ngx_queue_insert_tail(&young_, &live.link);
    if (!timer_.is_set()) {
        timer_.start(kTick);
    }
}

void LiveRequests::remove(LiveRequest& live) noexcept {
    forget_inquest(live);
    ngx_queue_remove(&live.link);
    if (!live.is_young) {
        ngx_queue_remove(&live.peers);
        --settled_;
    }
    if (live.is_listed) {
        const ZoneLock lock(realm_);
        live_table_of(realm_).remove(live.session, static_cast<std::uint32_t>(ngx_pid));
    }
    live.owner = nullptr;
}

void LiveRequests::move(LiveRequest& live, ngx_queue_t& to) noexcept {
    ngx_queue_remove(&live.link);
    ngx_queue_insert_tail(&to, &live.link);
}

void LiveRequests::wake() {
    answered_.post();
}

// An error must not end the watch.
void LiveRequests::go_on() {
    guarded(ngx_cycle->log, [this] { work(); });
    schedule();
}

void LiveRequests::work() {
    const WorkSlice slice;
    read_feed();
    settle_young(slice);
    check_proof();
    finish_inquests();
    end_doomed(slice);  // before all that may take the rest of the slice
    continue_pass(slice);
    start_inquests(slice);
    show_count();
}

bool LiveRequests::has_work() const {
    return in_pass_ || !ngx_queue_empty(&doomed_) ||
           (!ngx_queue_empty(&due_) && may_start_inquest());
}

void LiveRequests::schedule() {
    const bool none = settled_ == 0 && ngx_queue_empty(&young_);
    if (!none && (!timer_.is_set() || has_work())) {
        timer_.start(has_work() ? kSoon : kTick);
    }
}

void LiveRequests::show_count() {
    auto& live = statistics(realm_).live;
    const auto self = static_cast<std::uint32_t>(ngx_pid);
    if (shown_ == nullptr && settled_ > 0) {
        shown_ = live.claim(self, is_alive);
    }
    if (shown_ != nullptr) {
        cache::Presence::set(*shown_, self, static_cast<std::uint32_t>(settled_));
    }
}

}  // namespace nginx
