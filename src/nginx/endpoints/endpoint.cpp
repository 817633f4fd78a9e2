#include "endpoint.hpp"

#include "../key_location/key_fetch.hpp"
#include "../location.hpp"
#include "../request/headers.hpp"
#include "../request/presented.hpp"
#include "../request/reply.hpp"
#include "../request/report.hpp"
#include "../request/settle.hpp"
#include "../request/tally.hpp"

namespace nginx {

ngx_int_t accept(ngx_http_request_t* r, ngx_uint_t methods, std::string_view allow) {
    if (is_preflight(r)) {
        return NGX_HTTP_NO_CONTENT;  // what it may do is for "add_header" to say
    }
    if ((r->method & methods) == 0) {
        add_header(r, "Allow", allow);
        return NGX_HTTP_NOT_ALLOWED;
    }
    return ngx_http_discard_request_body(r);
}

ngx_int_t wait_for_store(ngx_http_request_t* r) {
    if (!watch_client(r)) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
    ++r->main->count;
    return NGX_DONE;
}

bool wait_for_key(ngx_http_request_t* r, const Realm& realm, Suspension::Resume resume) {
    if (!realm.key_location) {
        return false;
    }
    if (!wait_for_keys(r, RequestState::of(r), realm, resume)) {
        report_missing_keys(r, realm);
        return false;
    }
    ++r->main->count;
    return true;
}

bool wait_for_key_of(ngx_http_request_t* r, const Realm& realm, std::string_view token,
                     Suspension::Resume resume) {
    const session::Policy& policy = realm.policy;
    const auto refusal = jwt::verify(token, policy.keyring, policy.rules, ngx_time()).refusal;
    return refusal == jwt::Refusal::key && wait_for_key(r, realm, resume);
}

ngx_int_t refuse_endpoint(ngx_http_request_t* r, RequestState& state, session::Reason reason) {
    const Realm& realm = *location_of(r).endpoint.realm;
    state.verdict = Verdict{&state.judge(r, realm), reason, false};
    count_request(realm, reason);
    return answer_refusal(r, state);
}

}  // namespace nginx
