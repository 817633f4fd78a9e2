#include "settle.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "mirror.hpp"
#include "report.hpp"
#include "worker.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

using Replies = std::vector<redis::Reply>;

std::vector<Read> reads_of(std::vector<session::Inquiry> inquiries) {
    std::vector<Read> reads;
    reads.reserve(inquiries.size());
    for (session::Inquiry& inquiry : inquiries) {
        reads.push_back({std::move(inquiry.command), inquiry.until});
    }
    return reads;
}

std::vector<redis::Arguments> commands_of(const std::vector<Read>& reads) {
    std::vector<redis::Arguments> commands;
    commands.reserve(reads.size());
    for (const Read& read : reads) {
        commands.push_back(read.command);
    }
    return commands;
}

Replies floors_of(const Mirror& mirror, const std::vector<Read>& reads) {
    Replies floors;
    floors.reserve(reads.size());
    for (const Read& read : reads) {
        floors.push_back(mirror.floor(read.command));
    }
    return floors;
}

// What is known to speak against somebody counts where the store has no answer.
void settle(ngx_http_request_t* r, Judged& judged, const std::vector<Read>& reads,
            const Replies& replies) {
    judged.settled = true;
    const Realm& realm = *judged.realm;
    Counters& counts = counters(realm);
    count(replies.empty() ? counts.unanswered : counts.answered);
    const Replies floors = replies.empty() ? floors_of(mirror_of(realm), reads) : Replies();
    judged.evidence.answer(realm.policy, replies, floors, ngx_time());
    report_answer(r, judged, replies);
}

// Every request asks; what speaks against somebody is noted for the time when nobody answers.
bool ask_strictly(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  const std::vector<Read>& reads, Suspension::Resume resume) {
    const ngx_msec_t start = ngx_current_msec;
    const auto take = [r, &judged, start, reads](const Replies& replies) {
        judged.store_time = ngx_current_msec - start;
        for (std::size_t i = 0; i < replies.size(); ++i) {
            mirror_of(*judged.realm).note(reads[i], replies[i]);
        }
        settle(r, judged, reads, replies);
        return true;
    };
    if (!state.ask(r, *judged.realm, commands_of(reads), take, resume)) {
        settle(r, judged, reads, {});
        return false;
    }
    return true;
}

// The zone is the store: what it says is known, whatever was asked.
void ask_zone(ngx_http_request_t* r, Judged& judged, const std::vector<Read>& reads) {
    const Realm& realm = *judged.realm;
    const Replies replies = embedded_store_of(realm).run(commands_of(reads));
    judged.settled = true;
    judged.hit = true;
    count(counters(realm).hits);
    judged.evidence.answer(realm.policy, replies, {}, ngx_time());
    report_answer(r, judged, replies);
}

bool ask_mirror(ngx_http_request_t* r, RequestState& state, Judged& judged,
                const std::vector<Read>& reads, Suspension::Resume resume) {
    const ngx_msec_t start = ngx_current_msec;
    const auto take = [r, &judged, start, reads](const Replies& replies) {
        judged.store_time = ngx_current_msec - start;
        settle(r, judged, reads, replies);
        return true;
    };
    state.lookup = std::make_unique<Mirror::Lookup>(r, mirror_of(*judged.realm));
    const bool waiting = state.lookup->start(reads, take, resume);
    judged.hit = state.lookup->hit();
    judged.asked = !judged.hit;
    Counters& counts = counters(*judged.realm);
    count(judged.hit ? counts.hits : counts.misses);
    if (judged.hit) {
        judged.settled = true;
        judged.evidence.answer(judged.realm->policy, state.lookup->replies(), {}, ngx_time());
    } else if (!waiting) {
        settle(r, judged, reads, {});
    }
    return waiting;
}

}  // namespace

bool ask_standing(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  Suspension::Resume resume) {
    if (judged.settled) {
        return false;
    }
    const session::Policy& policy = judged.realm->policy;
    const std::vector<Read> reads = reads_of(judged.evidence.questions(policy));
    if (reads.empty()) {
        judged.settled = true;
        return false;
    }
    if (!judged.realm->redis) {
        ask_zone(r, judged, reads);
        return false;
    }
    judged.asked = true;
    judged.asked_at = ngx_time();
    const bool cached = policy.revocation == session::Revocation::cached;
    judged.sent = cached ? ask_mirror(r, state, judged, reads, resume)
                         : ask_strictly(r, state, judged, reads, resume);
    return judged.sent;
}

bool watch_client(ngx_http_request_t* r) {
    if (r->discard_body) {
        return true;  // its reader notices too
    }
    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return false;
    }
    r->read_event_handler = ngx_http_test_reading;
    return true;
}

}  // namespace nginx
