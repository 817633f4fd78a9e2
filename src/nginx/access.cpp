#include "access.hpp"

#include "bridge.hpp"
#include "location.hpp"
#include "presented.hpp"
#include "reply.hpp"
#include "report.hpp"
#include "request_state.hpp"
#include "worker.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

bool satisfy_any(ngx_http_request_t* r) {
    const auto* core = static_cast<ngx_http_core_loc_conf_t*>(
        ngx_http_get_module_loc_conf(r, ngx_http_core_module));
    return core->satisfy == NGX_HTTP_SATISFY_ANY;
}

void settle(ngx_http_request_t* r, Judged& judged, const std::vector<redis::Reply>& replies) {
    judged.settled = true;
    Counters& counts = counters(*judged.realm);
    count(replies.empty() ? counts.unanswered : counts.answered);
    judged.evidence.answer(judged.realm->policy, replies);
    report_answer(r, judged, replies);
}

void take_answer(ngx_http_request_t* r, const std::vector<redis::Reply>& replies) {
    RequestState& state = *RequestState::find(r);
    Judged& judged = *state.asking;
    state.asking = nullptr;
    judged.store_time = ngx_current_msec - state.asked_at;
    settle(r, judged, replies);
}

void resume(ngx_http_request_t* r, std::vector<redis::Reply> replies) noexcept {
    ngx_connection_t* c = r->connection;
    ngx_http_set_log_request(c->log, r);
    const bool taken = guarded(c->log, false, [&] {
        take_answer(r, replies);
        return true;
    });
    r->read_event_handler = ngx_http_block_reading;
    if (taken) {
        r->write_event_handler(r);
    } else {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
    ngx_http_run_posted_requests(c);
}

// Starts the lookup. True: the request waits for it; false: there is nothing to wait for.
bool ask_store(ngx_http_request_t* r, RequestState& state, Judged& judged) {
    std::vector<redis::Arguments> questions = judged.evidence.questions(judged.realm->policy);
    if (questions.empty()) {
        judged.settled = true;
        return false;
    }
    judged.asked = true;
    state.lookup = std::make_unique<Lookup>(r, store_of(*judged.realm), resume);
    if (!state.lookup->start(std::move(questions))) {
        settle(r, judged, {});
        return false;
    }
    judged.sent = true;
    state.asking = &judged;
    state.asked_at = ngx_current_msec;
    return true;
}

// Lets the request wait, while a client that leaves is noticed.
ngx_int_t suspend(ngx_http_request_t* r) {
    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
    r->read_event_handler = ngx_http_test_reading;
    return NGX_AGAIN;
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

void decide(ngx_http_request_t* r, const Location& location, RequestState& state, Judged& judged) {
    state.withdraw_headers(r);
    state.refused_last = false;
    state.verdict = Verdict{&judged, judged.evidence.reason(), location.dry_run == 1};
    if (state.verdict->valid()) {
        if (const int status = unmet_requirement(r, location)) {
            state.verdict->reason = session::Reason::forbidden;
            state.forbidden_status = status;
        }
    }
    report(r, location, *state.verdict, judged);
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

ngx_int_t judge(ngx_http_request_t* r, const Location& location) {
    RequestState& state = RequestState::of(r);
    if (state.asking != nullptr) {
        return NGX_AGAIN;
    }
    if (is_preflight(r)) {
        return NGX_DECLINED;  // it carries no credentials, and the request behind it is judged
    }
    Judged& judged = state.judge(r, *location.realm);
    if (!judged.settled && ask_store(r, state, judged)) {
        return suspend(r);
    }
    decide(r, location, state, judged);
    return enforce(r, location, state);
}

}  // namespace

ngx_int_t access_handler(ngx_http_request_t* r) noexcept {
    const Location& location = location_of(r);
    if (location.realm == nullptr) {
        return NGX_DECLINED;
    }
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [&] { return judge(r, location); });
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
