#include "../request/refresh.hpp"

#include <memory>
#include <string>

#include "../conf.hpp"
#include "../location.hpp"
#include "../request/presented.hpp"
#include "../request/reply.hpp"
#include "../request/report.hpp"
#include "endpoint.hpp"
#include "refresh.hpp"

namespace nginx {
namespace {

void log_refusal(ngx_http_request_t* r, const Realm& realm, const Refresh& refresh) {
    std::string line = "rejected: reason=" + std::string(session::name(refresh.reason()));
    if (!refresh.user().empty()) {
        line += " user=" + quoted(refresh.user()) + " id=" + quoted(refresh.id());
    }
    log_line(r, realm.log_level, realm, line);
}

ngx_int_t answer(ngx_http_request_t* r) {
    const Realm& realm = *location_of(r).endpoint.realm;
    RequestState& state = RequestState::of(r);
    const Refresh& refresh = *state.refresh_of(realm);
    if (refresh.reason() != session::Reason::valid) {
        log_refusal(r, realm, refresh);
        return refuse_endpoint(r, state, refresh.reason());
    }
    state.verdict = Verdict{&state.judge(r, realm), session::Reason::valid, false};
    return answer_json(r, NGX_HTTP_OK,
                       "{\"access_expires_in\":" + std::to_string(refresh.access_life()) +
                           ",\"refresh_expires_in\":" + std::to_string(refresh.refresh_life()) +
                           "}\n");
}

ngx_int_t refresh(ngx_http_request_t* r) {
    const Realm& realm = *location_of(r).endpoint.realm;
    const ngx_int_t rc = accept(r, NGX_HTTP_POST, "POST");
    if (rc != NGX_OK) {
        return rc;
    }
    RequestState& state = RequestState::of(r);
    if (!may_use_cookie(r, realm.policy)) {
        return refuse_endpoint(r, state, session::Reason::origin);
    }
    if (state.refresh_of(realm) == nullptr) {
        state.refreshes.push_back(std::make_unique<Refresh>(realm, Cookie::Kind::session));
        if (state.refreshes.back()->start(r, state, resume_endpoint<answer>)) {
            return wait_for_store(r);
        }
    }
    return answer(r);
}

}  // namespace

char* set_session_refresh(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        return set_endpoint(cf, *static_cast<Location*>(conf), endpoint_handler<refresh>);
    });
}

}  // namespace nginx
