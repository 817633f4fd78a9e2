// Asks about requests again, and ends those whose session has ended.
#include <algorithm>

#include "../bridge.hpp"
#include "../request/report.hpp"
#include "../request/request_state.hpp"
#include "../zone/zone.hpp"
#include "live.hpp"
#include "live_end.hpp"
#include "sworn.hpp"

namespace nginx {
namespace {

constexpr std::size_t kMostInquests = 64;  // at a time: the store has requests to answer
constexpr std::uint32_t kRetry = 2;        // seconds, where it has no answer

LiveRequest& request_at(ngx_queue_t* link) {
    return *ngx_queue_data(link, LiveRequest, link);
}

// That nobody answers is no ending.
bool has_ended(session::Reason reason) {
    using session::Reason;
    return reason == Reason::revoked || reason == Reason::stale || reason == Reason::epoch ||
           reason == Reason::expired || reason == Reason::idle || reason == Reason::record;
}

}  // namespace

bool LiveRequests::may_start_inquest() const {
    return inquests_.size() < kMostInquests;
}

void LiveRequests::start_inquests(const WorkSlice& slice) {
    while (!ngx_queue_empty(&due_) && may_start_inquest() && !slice.over()) {
        start_inquest(request_at(ngx_queue_head(&due_)));
    }
}

void LiveRequests::start_inquest(LiveRequest& live) {
    move(live, asked_);
    const Sworn sworn(live.request);
    inquests_.push_back(std::make_unique<Inquest>(*this, live, sworn.presented, sworn.signer));
    live.inquest = inquests_.back().get();
    if (live.inquest->proceed()) {
        conclude(*live.inquest);
        forget_inquest(live);
    }
}

void LiveRequests::finish_inquests() {
    for (auto next = inquests_.begin(); next != inquests_.end();) {
        Inquest& inquest = **next++;
        if (!inquest.waiting() && inquest.proceed()) {
            LiveRequest& live = inquest.live();
            conclude(inquest);
            forget_inquest(live);
        }
    }
}

void LiveRequests::conclude(const Inquest& inquest) {
    LiveRequest& live = inquest.live();
    if (has_ended(inquest.reason())) {
        live.reason = inquest.reason();
        move(live, doomed_);
        return;
    }
    const session::Candidate* candidate = inquest.candidate();
    const bool known = candidate != nullptr && candidate->session && !candidate->unchecked &&
                       inquest.reason() == session::Reason::valid;
    if (known) {
        if (candidate->last_activity) {
            live.active = static_cast<std::uint32_t>(*candidate->last_activity);
        }
        set_look(live, *candidate);
    }
    const auto now = static_cast<std::uint32_t>(ngx_time());
    if (!known || live.look_at <= now) {
        live.look_at = now + kRetry;
    }
    live.pass = pass_;
    move(live, watched_);
}

void LiveRequests::forget_inquest(LiveRequest& live) noexcept {
    if (live.inquest != nullptr) {
        inquests_.remove_if([&live](const auto& own) { return own.get() == live.inquest; });
        live.inquest = nullptr;
    }
}

// What was asked before a change may be answered as before it.
void LiveRequests::ask_anew() {
    while (!ngx_queue_empty(&asked_)) {
        LiveRequest& live = request_at(ngx_queue_head(&asked_));
        forget_inquest(live);
        move(live, due_);
    }
}

void LiveRequests::end_doomed(const WorkSlice& slice) {
    while (!ngx_queue_empty(&doomed_) && !slice.over()) {
        end(request_at(ngx_queue_head(&doomed_)));
    }
}

// Of a response that is out already only the farewell is missing.
void LiveRequests::end(LiveRequest& live) {
    ngx_http_request_t* r = live.request;
    const session::Reason reason = live.reason;
    const bool only_told = live.only_told;
    remove(live);
    if (r->done != 0) {
        return;
    }
    ngx_http_set_log_request(r->connection->log, r);
    guarded(r->connection->log, [this, r, reason, only_told] {
        const Sworn sworn(r);
        report_ended(r, realm_, reason, *sworn.candidate, only_told);
        RequestState::of(r).verdict->reason = reason;
    });
    if (!only_told) {
        cut(r);
    }
}

}  // namespace nginx
