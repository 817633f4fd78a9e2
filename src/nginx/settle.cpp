#include "settle.hpp"

#include "report.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

void settle(ngx_http_request_t* r, Judged& judged, const std::vector<redis::Reply>& replies) {
    judged.settled = true;
    Counters& counts = counters(*judged.realm);
    count(replies.empty() ? counts.unanswered : counts.answered);
    judged.evidence.answer(judged.realm->policy, replies, ngx_time());
    report_answer(r, judged, replies);
}

}  // namespace

bool ask_standing(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  Exchange::Resume resume) {
    if (judged.settled) {
        return false;
    }
    std::vector<redis::Arguments> questions = judged.evidence.questions(judged.realm->policy);
    if (questions.empty()) {
        judged.settled = true;
        return false;
    }
    judged.asked = true;
    judged.asked_at = ngx_time();
    const ngx_msec_t start = ngx_current_msec;
    const auto take = [r, &judged, start](const std::vector<redis::Reply>& replies) {
        judged.store_time = ngx_current_msec - start;
        settle(r, judged, replies);
        return true;
    };
    if (!state.ask(r, *judged.realm, std::move(questions), take, resume)) {
        settle(r, judged, {});
        return false;
    }
    judged.sent = true;
    return true;
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
