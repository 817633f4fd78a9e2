// Which requests have to be asked about: those that a change concerns, and those whose time has
// come.
#include <algorithm>
#include <limits>
#include <optional>

#include "../../cache/coherence.hpp"
#include "../../session/concern.hpp"
#include "../../session/record.hpp"
#include "../redis/store_meter.hpp"
#include "../request/request_state.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "live.hpp"
#include "live_feed.hpp"
#include "sworn.hpp"

namespace nginx {
namespace {

constexpr std::size_t kPlaces = 4096;
constexpr std::int64_t kRecordInterval = 60;  // seconds after which a record is read again

LiveRequest& request_at(ngx_queue_t* link) {
    return *ngx_queue_data(link, LiveRequest, link);
}

// When the token is out by itself.
std::int64_t end_of(const session::Life& life, const session::Policy& policy) {
    std::int64_t end = std::numeric_limits<std::int64_t>::max();
    if (life.expires != 0) {
        end = life.expires + policy.rules.leeway;
    }
    if (policy.rules.max_age) {
        end = std::min(end, life.issued + *policy.rules.max_age + policy.rules.leeway);
    }
    return end;
}

bool has_record(const session::Candidate& candidate, const session::Policy& policy) {
    return policy.asks_record() ||
           candidate.presented.source->format == session::TokenSource::Format::opaque;
}

std::uint32_t now() {
    return static_cast<std::uint32_t>(ngx_time());
}

std::uint64_t bytes_of(const ngx_http_request_t* r) {
    const ngx_connection_t* peer = r->upstream->peer.connection;
    return static_cast<std::uint64_t>(r->connection->sent) +
           static_cast<std::uint64_t>(peer == nullptr ? 0 : peer->sent);
}

bool is_upgraded(const ngx_http_request_t* r) {
    return r->upstream != nullptr && r->upstream->upgrade != 0;
}

}  // namespace

// A request that is gone by the next tick costs no more than to be put in a row.
void LiveRequests::settle_young(const WorkSlice& slice) {
    while (!ngx_queue_empty(&young_) && !slice.over()) {
        LiveRequest& live = request_at(ngx_queue_head(&young_));
        if (live.pass == tick_) {
            return;
        }
        settle(live);
    }
}

void LiveRequests::settle(LiveRequest& live) {
    if (places_.empty()) {
        places_.resize(kPlaces);
        for (ngx_queue_t& place : places_) {
            ngx_queue_init(&place);
        }
    }
    const Sworn sworn(live.request);
    const session::Candidate& candidate = *sworn.candidate;
    if (candidate.session) {
        live.user = session::number_of({session::Concern::Kind::user, candidate.session->user});
        const std::string& tenant = candidate.session->tenant;
        live.tenant =
            tenant.empty() ? 0 : session::number_of({session::Concern::Kind::tenant, tenant});
        live.session = session_number(realm_, candidate.session->user, candidate.session->id);
        live.active = candidate.last_activity ? now() : 0;
        set_look(live, candidate);
    }
    live.is_young = false;
    live.pass = pass_;
    ngx_queue_insert_tail(&places_[live.user % kPlaces], &live.peers);
    ++settled_;
    bool suspect = live.look_at <= now();
    const auto suspect_all = [&suspect] { suspect = true; };
    feed_of(realm_).read(
        live.since,
        [&](std::uint64_t change) {
            suspect = suspect || change == kAnythingChanged || change == kEpochChanged ||
                      change == live.user || change == live.tenant;
        },
        suspect_all);
    move(live, suspect ? due_ : watched_);
}

void LiveRequests::read_feed() {
    seen_ = feed_of(realm_).read(
        seen_, [this](std::uint64_t change) { take_change(change); },
        [this] { take_change(kAnythingChanged); });
}

void LiveRequests::take_change(std::uint64_t change) {
    if (settled_ == 0) {
        return;
    }
    if (change == kAnythingChanged || change == kEpochChanged) {
        suspects_all_ = true;
        ask_anew();
        begin_pass();
        return;
    }
    if (session::is_of_tenant(change)) {
        suspects_.push_back(change);
        ask_anew();
        begin_pass();
        return;
    }
    ngx_queue_t& place = places_[change % kPlaces];
    for (ngx_queue_t* peer = ngx_queue_head(&place); peer != ngx_queue_sentinel(&place);
         peer = ngx_queue_next(peer)) {
        LiveRequest& live = *ngx_queue_data(peer, LiveRequest, peers);
        if (live.user == change && live.reason == session::Reason::valid) {
            forget_inquest(live);  // what it was asked may be older than the change
            move(live, due_);
        }
    }
}

// Where nobody tells what changes, all are asked about as often as answers may be old.
void LiveRequests::check_proof() {
    const auto stale = static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
    if (swept_ != ngx_time() && !in_pass_) {
        swept_ = ngx_time();
        begin_pass();
    }
    const bool busy = suspects_all_ || !ngx_queue_empty(&due_);  // with the questions of before
    if (!realm_.redis || !realm_.policy.asks_lists() || busy ||
        ngx_current_msec - suspected_ < stale) {
        return;
    }
    suspected_ = ngx_current_msec;
    if (!cache::is_proven(zone_of(realm_).coherence, realm_.server_number, ngx_current_msec,
                          stale)) {
        suspects_all_ = true;
        begin_pass();
    }
}

// A pass that is under way begins anew: who was looked at was not looked at for this.
void LiveRequests::begin_pass() {
    ++pass_;
    in_pass_ = true;
}

// Who was looked at stands behind all who were not.
void LiveRequests::continue_pass(const WorkSlice& slice) {
    while (in_pass_ && !slice.over()) {
        ngx_queue_t* head = ngx_queue_head(&watched_);
        if (head == ngx_queue_sentinel(&watched_) || request_at(head).pass == pass_) {
            in_pass_ = false;
            suspects_all_ = false;
            suspects_.clear();
            return;
        }
        LiveRequest& live = request_at(head);
        live.pass = pass_;
        move(live, is_suspect(live) ? due_ : watched_);
    }
}

bool LiveRequests::is_suspect(LiveRequest& live) {
    enlist(live);
    if (realm_.policy.lifetimes.idle && is_upgraded(live.request)) {
        note_activity(live);
    }
    return suspects_all_ || live.look_at <= now() ||
           (live.tenant != 0 &&
            std::find(suspects_.begin(), suspects_.end(), live.tenant) != suspects_.end());
}

// Those that were there a second ago; where there is no room it is tried again.
void LiveRequests::enlist(LiveRequest& live) {
    if (live.is_met && !live.is_listed) {
        const ZoneLock lock(realm_);
        live.is_listed =
            live_table_of(realm_).add(live.session, static_cast<std::uint32_t>(ngx_pid), is_alive);
    }
    live.is_met = true;
}

// What goes through an upgraded connection is activity, as a request would be.
void LiveRequests::note_activity(LiveRequest& live) {
    const std::uint64_t bytes = bytes_of(live.request);
    const bool moved = bytes != live.bytes;
    live.bytes = bytes;
    if (!moved || live.active == 0 ||
        now() - live.active < session::touch_interval(realm_.policy)) {
        return;
    }
    const Sworn sworn(live.request);
    if (const auto& session = sworn.candidate->session) {
        store_of(realm_).tell({session::touch_record(realm_.policy, *session, ngx_time())});
        live.active = now();
        set_look(live, *sworn.candidate);
    }
}

// When it has to be asked about though nobody tells of a change.
void LiveRequests::set_look(LiveRequest& live, const session::Candidate& candidate) const {
    std::int64_t time = end_of(*candidate.session, realm_.policy);
    if (realm_.policy.lifetimes.idle && live.active != 0) {
        time = std::min(time, live.active + *realm_.policy.lifetimes.idle);
    }
    if (has_record(candidate, realm_.policy)) {
        time = std::min(time, ngx_time() + kRecordInterval);
    }
    live.look_at = static_cast<std::uint32_t>(
        std::min<std::int64_t>(time, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace nginx
