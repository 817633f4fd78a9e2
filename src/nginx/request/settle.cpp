#include "settle.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "mirror.hpp"
#include "report.hpp"

namespace nginx {
namespace {

using Replies = std::vector<redis::Reply>;

std::vector<redis::Arguments> commands_of(std::vector<session::Inquiry> inquiries) {
    std::vector<redis::Arguments> commands;
    commands.reserve(inquiries.size());
    for (session::Inquiry& inquiry : inquiries) {
        commands.push_back(std::move(inquiry.command));
    }
    return commands;
}

// The question that is being answered, made once more: seldom does anybody need it.
std::vector<Read> asked_of(const Judged& judged) {
    return reads_of(judged.evidence.asked(judged.realm->policy));
}

// In place of answers that are missing, what was known last; unchanged unless it is all there.
Replies with_last_known(const Realm& realm, const std::vector<Read>& reads,
                        const Replies& replies) {
    Replies all;
    all.reserve(reads.size());
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (!replies.empty() && (!is_mirrored(reads[i]) || answer_of(reads[i], replies[i]))) {
            all.push_back(replies[i]);
            continue;
        }
        auto known = mirror_of(realm).last_known(reads[i]);
        if (!known) {
            return replies;
        }
        all.push_back(std::move(*known));
    }
    return all;
}

// What is known to speak against somebody counts where the store has no answer. Another round may
// follow.
void take_answer(ngx_http_request_t* r, Judged& judged, const Replies& replies) {
    const Realm& realm = *judged.realm;
    if (realm.last_known_ms != 0 && realm.policy.revocation == session::Revocation::cached) {
        const Replies known = with_last_known(realm, asked_of(judged), replies);
        if (!known.empty()) {
            judged.evidence.answer(realm.policy, known, {}, ngx_time());
            report_answer(r, judged, replies);
            return;
        }
    }
    const Replies floors =
        replies.empty() ? floors_of(mirror_of(realm), asked_of(judged)) : Replies();
    judged.evidence.answer(realm.policy, replies, floors, ngx_time());
    report_answer(r, judged, replies);
}

struct Doubt {
    std::uint32_t era = 0;           // of the store, when it was asked
    std::vector<std::size_t> reads;  // whose answer may take back what speaks against somebody
};

// Asks behind those reads whether the store is the one that it was.
Doubt doubt_reads(Mirror& mirror, const Judged& judged, std::vector<redis::Arguments>& commands) {
    Doubt doubt = {mirror.generation().era(), {}};
    if (!mirror.knows_rejects()) {
        return doubt;
    }
    const std::vector<Read> reads = asked_of(judged);
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (mirror.wants_generation(reads[i])) {
            doubt.reads.push_back(i);
            commands.push_back(mirror.generation().question(reads[i].command[1]));
        }
    }
    return doubt;
}

// The replies as they hold: what is known to speak against somebody is taken back only by a store
// that is the one which said so.
Replies note_replies(Mirror& mirror, const Judged& judged, const Doubt& doubt,
                     const Replies& replies) {
    const auto is_news = [&mirror](const redis::Reply& reply) { return mirror.is_news(reply); };
    if (doubt.reads.empty() && std::none_of(replies.begin(), replies.end(), is_news)) {
        return replies;
    }
    const std::vector<Read> reads = asked_of(judged);
    Replies held;
    if (replies.size() != reads.size() + doubt.reads.size()) {
        return held;
    }
    held.reserve(reads.size());
    std::size_t next = reads.size();
    for (std::size_t i = 0; i < reads.size(); ++i) {
        const bool asked =
            std::find(doubt.reads.begin(), doubt.reads.end(), i) != doubt.reads.end();
        const bool unchanged =
            asked && mirror.generation().holds(reads[i].command[1], replies[next], doubt.era);
        next += asked ? 1 : 0;
        held.push_back(mirror.note(reads[i], replies[i], doubt.era, unchanged));
    }
    return held;
}

// Every request asks; what speaks against somebody is noted for the time when nobody answers.
bool ask_strictly(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  std::vector<session::Inquiry> inquiries, Suspension::Resume resume) {
    const ngx_msec_t start = ngx_current_msec;
    Mirror& mirror = mirror_of(*judged.realm);
    std::vector<redis::Arguments> commands = commands_of(std::move(inquiries));
    Doubt doubt = doubt_reads(mirror, judged, commands);
    const auto take = [r, &state, &judged, &mirror, doubt = std::move(doubt), start,
                       resume](const Replies& replies) {
        judged.store_time += ngx_current_msec - start;
        take_answer(r, judged, note_replies(mirror, judged, doubt, replies));
        return !ask_standing(r, state, judged, resume);
    };
    judged.asked = true;
    if (!state.ask(r, *judged.realm, std::move(commands), take, resume)) {
        take_answer(r, judged, {});
        return false;
    }
    return true;
}

// The zone is the store: what it says is known, whatever was asked.
void ask_zone(ngx_http_request_t* r, Judged& judged, std::vector<session::Inquiry> inquiries) {
    const Realm& realm = *judged.realm;
    const Replies replies = embedded_store_of(realm).run(commands_of(std::move(inquiries)));
    judged.evidence.answer(realm.policy, replies, {}, ngx_time());
    report_answer(r, judged, replies);
}

bool ask_mirror(ngx_http_request_t* r, RequestState& state, Judged& judged,
                std::vector<session::Inquiry> inquiries, Suspension::Resume resume) {
    const ngx_msec_t start = ngx_current_msec;
    const auto take = [r, &state, &judged, start, resume](const Replies& replies) {
        judged.store_time += ngx_current_msec - start;
        take_answer(r, judged, replies);
        return !ask_standing(r, state, judged, resume);
    };
    state.lookup = std::make_unique<Lookup>(r, mirror_of(*judged.realm));
    const bool waiting = state.lookup->start(reads_of(std::move(inquiries)), take, resume);
    judged.asked = judged.asked || !state.lookup->hit();
    if (state.lookup->hit()) {
        judged.evidence.answer(judged.realm->policy, state.lookup->replies(), {}, ngx_time());
    } else if (!waiting) {
        take_answer(r, judged, {});
    }
    return waiting;
}

// What was asked of the first token alone is the whole question where nothing else is to be asked.
bool take_told(ngx_http_request_t* r, const RequestState& state, Judged& judged,
               const std::vector<session::Inquiry>& inquiries) {
    if (!std::exchange(judged.told, false)) {
        return false;
    }
    const Replies& told = state.told.replies;
    const redis::Commands& asked = state.recalled->question->commands;
    const bool is_whole =
        std::equal(asked.begin(), asked.end(), inquiries.begin(), inquiries.end(),
                   [](const redis::Arguments& command, const session::Inquiry& inquiry) {
                       return command == inquiry.command;
                   });
    if (!told.empty() && !(is_whole && told.size() == asked.size())) {
        return false;
    }
    take_answer(r, judged,
                note_replies(mirror_of(*judged.realm), judged, Doubt{state.told.era, {}}, told));
    return true;
}

// "redis_timeout" is for all rounds of a request together.
bool is_late(const Judged& judged) {
    const auto& redis = judged.realm->redis;
    return redis && judged.store_time >= redis->timeout;
}

// Once a request, however many rounds it took.
void conclude(Judged& judged, bool cached) {
    judged.settled = true;
    if (judged.rounds > 0 && cached) {
        judged.hit = !judged.asked;
        Counters& counts = counters(*judged.realm);
        count(judged.hit ? counts.hits : counts.misses);
    }
}

}  // namespace

std::vector<Read> reads_of(std::vector<session::Inquiry> inquiries) {
    std::vector<Read> reads;
    reads.reserve(inquiries.size());
    for (session::Inquiry& inquiry : inquiries) {
        const bool is_told = inquiry.about != session::About::id;
        reads.push_back({std::move(inquiry.command), inquiry.until, is_told});
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

std::vector<redis::Reply> floors_of(const Mirror& mirror, const std::vector<Read>& reads) {
    std::vector<redis::Reply> floors;
    floors.reserve(reads.size());
    for (const Read& read : reads) {
        floors.push_back(mirror.floor(read));
    }
    return floors;
}

bool ask_standing(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  Suspension::Resume resume) {
    const session::Policy& policy = judged.realm->policy;
    const bool cached = policy.revocation == session::Revocation::cached;
    while (!judged.settled) {
        std::vector<session::Inquiry> inquiries = judged.evidence.questions(policy);
        if (inquiries.empty()) {
            conclude(judged, cached);
            break;
        }
        if (is_late(judged)) {
            take_answer(r, judged, {});
            continue;
        }
        if (take_told(r, state, judged, inquiries)) {
            continue;
        }
        ++judged.rounds;
        judged.asked_at = ngx_time();
        if (!judged.realm->redis) {
            ask_zone(r, judged, std::move(inquiries));
            continue;
        }
        const bool waits = cached ? ask_mirror(r, state, judged, std::move(inquiries), resume)
                                  : ask_strictly(r, state, judged, std::move(inquiries), resume);
        if (waits) {
            judged.sent = true;
            return true;
        }
    }
    return false;
}

bool ask_recalled(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    const Recalled& recalled = *state.recalled;
    const auto take = [&state, start = ngx_current_msec](const Replies& replies) {
        Told& told = state.told;
        told.store_time = ngx_current_msec - start;
        told.good =
            session::is_good(state.recalled->question->about, state.recalled->issued, replies);
        if (!told.good) {
            told.replies = replies;
        }
        return true;
    };
    state.told = Told();
    state.told.era = mirror_of(*recalled.realm).generation().era();
    state.told.asked_at = ngx_time();
    state.told.sent = state.ask(r, *recalled.realm, recalled.question->commands, take, resume);
    return state.told.sent;
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
