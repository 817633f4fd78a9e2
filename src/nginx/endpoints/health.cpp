#include "health.hpp"

#include <algorithm>
#include <string>

#include "../../session/health.hpp"
#include "../conf.hpp"
#include "../location.hpp"
#include "../request/reply.hpp"
#include "../request/settle.hpp"
#include "endpoint.hpp"

namespace nginx {
namespace {

ngx_int_t answer(ngx_http_request_t* r) {
    const Realm& realm = *location_of(r).endpoint.realm;
    RequestState& state = RequestState::of(r);
    const Judged& judged = state.judge(r, realm);
    state.verdict = Verdict{&judged, judged.evidence.reason(), false};
    return answer_json(r, NGX_HTTP_OK, session::health(realm.policy, judged.evidence, ngx_time()));
}

ngx_int_t judge(ngx_http_request_t* r) {
    const Realm& realm = *location_of(r).endpoint.realm;
    RequestState& state = RequestState::of(r);
    Judged& judged = state.judge(r, realm);
    if (judged.evidence.reason() == session::Reason::key &&
        wait_for_key(r, realm, resume_endpoint<judge>)) {
        return NGX_DONE;
    }
    return ask_standing(r, state, judged, resume_endpoint<answer>) ? wait_for_store(r) : answer(r);
}

// Neither counted nor activity: it is the page that asks, not its user.
ngx_int_t health(ngx_http_request_t* r) {
    const ngx_int_t rc = accept(r, NGX_HTTP_GET | NGX_HTTP_HEAD, "GET, HEAD");
    return rc != NGX_OK ? rc : judge(r);
}

}  // namespace

char* set_session_health(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        return set_endpoint(cf, *static_cast<Location*>(conf), endpoint_handler<health>);
    });
}

}  // namespace nginx
