#include "access.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "../bridge.hpp"
#include "../key_location/key_fetch.hpp"
#include "../live/live.hpp"
#include "../location.hpp"
#include "../zone/zone.hpp"
#include "presented.hpp"
#include "refresh.hpp"
#include "reply.hpp"
#include "report.hpp"
#include "request_state.hpp"
#include "settle.hpp"
#include "upkeep.hpp"

namespace nginx {
namespace {

bool satisfy_any(ngx_http_request_t* r) {
    const auto* core = static_cast<ngx_http_core_loc_conf_t*>(
        ngx_http_get_module_loc_conf(r, ngx_http_core_module));
    return core->satisfy == NGX_HTTP_SATISFY_ANY;
}

// The phases again, from this one on.
void resume(ngx_http_request_t* r, bool taken) noexcept {
    r->read_event_handler = ngx_http_block_reading;
    if (taken) {
        r->write_event_handler(r);
    } else {
        RequestState& state = *RequestState::find(r);
        state.awaited = nullptr;
        state.recalling = false;
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
}

ngx_int_t suspend(ngx_http_request_t* r) {
    return watch_client(r) ? NGX_AGAIN : NGX_HTTP_INTERNAL_SERVER_ERROR;
}

bool is_true(std::string_view value) {
    return !value.empty() && value != "0" && value != "false";
}

// The status of the first "auth_session_require" that the session does not meet, or 0.
int unmet_requirement(ngx_http_request_t* r, const Location& location) {
    if (location.requirements == nullptr) {
        return 0;
    }
    const auto* requirement = static_cast<Requirement*>(location.requirements->elts);
    for (ngx_uint_t i = 0; i < location.requirements->nelts; ++i) {
        const auto* index = static_cast<ngx_int_t*>(requirement[i].variables->elts);
        for (ngx_uint_t k = 0; k < requirement[i].variables->nelts; ++k) {
            if (!is_true(variable_value(r, index[k]))) {
                return requirement[i].status;
            }
        }
    }
    return 0;
}

bool is_past_its_time(session::Reason reason) {
    return reason == session::Reason::missing || reason == session::Reason::expired;
}

// Whether a refresh may still give this request a session.
bool may_refresh(ngx_http_request_t* r, const Location& location, const RequestState& state,
                 const Judged& judged) {
    const session::Policy& policy = judged.realm->policy;
    if (!policy.refresh_inline || location.verify_only() || location.dry_run == 1 ||
        state.refresh_of(*judged.realm) != nullptr || !is_past_its_time(judged.evidence.reason())) {
        return false;
    }
    const session::Visit visit = read_visit(r);
    return visit.navigation && visit.get_or_head;
}

bool start_refresh(ngx_http_request_t* r, RequestState& state, const Realm& realm) {
    state.refreshes.push_back(std::make_unique<Refresh>(realm, Cookie::Kind::upkeep));
    return state.refreshes.back()->start(r, state, resume);
}

// A refresh that failed tells more than the token that was to be refreshed.
session::Reason reason_of(const RequestState& state, const Judged& judged) {
    const session::Reason reason = judged.evidence.reason();
    const Refresh* refresh = state.refresh_of(*judged.realm);
    if (refresh == nullptr || !is_past_its_time(reason)) {
        return reason;
    }
    const bool tells =
        refresh->reason() == session::Reason::store || ends_session(refresh->reason());
    return tells ? refresh->reason() : reason;
}

// A request that is let in may still be there when its session ends.
void watch(ngx_http_request_t* r, const Location& location, RequestState& state,
           std::uint64_t since) {
    if (state.live.owner != nullptr) {
        state.live.owner->remove(state.live);
    }
    if (state.verdict->valid() && location.realm->policy.ends_live) {
        const bool only_told = location.verify_only() || location.dry_run == 1;
        LiveRequests::of(*location.realm).add(state.live, r->main, since, only_told);
    }
}

void decide(ngx_http_request_t* r, const Location& location, RequestState& state, Judged& judged) {
    state.withdraw(r);
    state.refused_last = false;
    state.verdict = Verdict{&judged, reason_of(state, judged), location.dry_run == 1};
    if (state.verdict->valid()) {
        if (const int status = unmet_requirement(r, location)) {
            state.verdict->reason = session::Reason::forbidden;
            state.forbidden_status = status;
        }
    }
    report(r, location, *state.verdict, judged);
    watch(r, location, state, judged.since);
}

ngx_int_t enforce(ngx_http_request_t* r, const Location& location, RequestState& state) {
    if (location.verify_only()) {
        return NGX_DECLINED;  // also for a valid session: "verify" opens no "satisfy any"
    }
    if (state.verdict->valid()) {
        return NGX_OK;
    }
    if (state.verdict->dry_run) {
        return NGX_DECLINED;
    }
    if (satisfy_any(r)) {
        state.refused_last = true;
        return NGX_HTTP_FORBIDDEN;
    }
    return refuse(r, state);
}

// A token that is seen for the first time, of a session that is known.
void settle_by_zone(Judged& judged) {
    const session::Candidate* candidate = judged.evidence.foremost();
    const bool holds = candidate != nullptr && candidate->reason == session::Reason::valid;
    if (holds && remember(*judged.realm, *candidate)) {
        judged.settled = true;
        judged.hit = true;
        count(counters(*judged.realm).hits);
    }
}

// A token that names a key nobody here has yet.
bool waits_for_keys(ngx_http_request_t* r, RequestState& state, const Judged& judged) {
    const Realm& realm = *judged.realm;
    if (!realm.key_location || judged.evidence.reason() != session::Reason::key) {
        return false;
    }
    const bool waits = wait_for_keys(r, state, realm, resume);
    if (!waits) {
        report_missing_keys(r, realm);
    }
    return waits;
}

ngx_int_t judge(ngx_http_request_t* r, const Location& location,
                std::optional<session::Candidate> first) {
    RequestState& state = RequestState::of(r);
    if (state.waiting()) {
        return NGX_AGAIN;
    }
    Judged* judged = std::exchange(state.awaited, nullptr);
    if (judged == nullptr) {
        if (is_preflight(r)) {
            return NGX_DECLINED;  // it carries no credentials, and the request behind it is judged
        }
        judged = &state.judge(r, *location.realm, std::move(first));
        if (waits_for_keys(r, state, *judged)) {
            return NGX_AGAIN;
        }
        if (!judged->settled) {
            settle_by_zone(*judged);
        }
    }
    if (ask_standing(r, state, *judged, resume)) {
        state.awaited = judged;
        return suspend(r);
    }
    if (may_refresh(r, location, state, *judged)) {
        if (start_refresh(r, state, *location.realm)) {
            return suspend(r);
        }
        judged = &state.judge(r, *location.realm);
    }
    const bool good = judged->evidence.reason() == session::Reason::valid;
    if (good && location.dry_run != 1 && tend(r, state, *judged, resume)) {
        return suspend(r);
    }
    decide(r, location, state, *judged);
    return enforce(r, location, state);
}

// Lets a request pass whose token was recalled and is good.
ngx_int_t admit(ngx_http_request_t* r, const Location& location, RequestState& state) {
    const Recalled& recalled = *state.recalled;
    if (recalled.question == nullptr && recalled.realm->policy.asks_lists()) {
        count(counters(*recalled.realm).hits);
    }
    if (location.requirements != nullptr) {
        decide(r, location, state, state.judge_recalled());
    } else {
        state.verdict = Verdict{nullptr, session::Reason::valid, location.dry_run == 1};
        report_recalled(r, recalled);
        watch(r, location, state, recalled.since);
    }
    return enforce(r, location, state);
}

// Once the store was asked of the token that was recalled. What it said otherwise is judged in
// full.
ngx_int_t go_on(ngx_http_request_t* r, const Location& location, RequestState& state) {
    if (state.told.good) {
        return admit(r, location, state);
    }
    Judged& judged = state.judge(r, *location.realm);
    judged.asked = true;
    judged.sent = state.told.sent;
    judged.store_time = state.told.store_time;
    judged.asked_at = state.told.asked_at;
    judged.told = true;
    state.awaited = &judged;
    return judge(r, location, std::nullopt);
}

ngx_int_t recall_or_judge(ngx_http_request_t* r, const Location& location) {
    if (location.realm->key_location) {
        look_after_keys(r, *location.realm);
    }
    RequestState* state = RequestState::find(r);
    if (state != nullptr && state->recalling && !state->waiting()) {
        state->recalling = false;
        return go_on(r, location, *state);
    }
    if (state != nullptr || is_preflight(r)) {
        return judge(r, location, std::nullopt);
    }
    Sight sight = see_first_token(r, *location.realm);
    if (!sight.recalled) {
        return judge(r, location, std::move(sight.candidate));
    }
    state = &RequestState::of(r);
    const Recalled& recalled = state->recalled.emplace(std::move(*sight.recalled));
    if (recalled.question == nullptr) {
        return admit(r, location, *state);
    }
    state->recalling = ask_recalled(r, *state, resume);
    return state->recalling ? suspend(r) : go_on(r, location, *state);
}

}  // namespace

ngx_int_t access_handler(ngx_http_request_t* r) noexcept {
    const Location& location = location_of(r);
    if (location.realm == nullptr) {
        return NGX_DECLINED;
    }
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [&] { return recall_or_judge(r, location); });
}

ngx_int_t last_access_handler(ngx_http_request_t* r) noexcept {
    if (location_of(r).realm == nullptr) {
        return NGX_DECLINED;
    }
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [r]() -> ngx_int_t {
                       RequestState* state = RequestState::find(r);
                       if (state == nullptr || !state->refused_last) {
                           return NGX_DECLINED;
                       }
                       state->refused_last = false;
                       return refuse(r, *state);
                   });
}

}  // namespace nginx
