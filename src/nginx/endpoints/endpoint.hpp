// What the endpoints of sessions have in common: methods, bodies, waiting for the store.
#pragma once

#include "../bridge.hpp"
#include "../ngx.hpp"
#include "../request/exchange.hpp"
#include "../request/request_state.hpp"

namespace nginx {

// NGX_OK, or what to finalize with: a CORS preflight is answered, the method is none of these, or
// the body cannot be dropped. `allow` are their names for the client.
ngx_int_t accept(ngx_http_request_t* r, ngx_uint_t methods, std::string_view allow);

// For the content handler to return once the store was asked.
ngx_int_t wait_for_store(ngx_http_request_t* r);

// Whether the request waits for a key that the realm may fetch, once; then the handler returns
// NGX_DONE.
bool wait_for_key(ngx_http_request_t* r, const Realm& realm, Suspension::Resume resume);

// The same where the token names a key that the realm does not have, whatever else is wrong with
// it.
bool wait_for_key_of(ngx_http_request_t* r, const Realm& realm, std::string_view token,
                     Suspension::Resume resume);

// A refusal by the realm of the endpoint, for a reason of its own; the result is to be finalized
// with.
ngx_int_t refuse_endpoint(ngx_http_request_t* r, RequestState& state, session::Reason reason);

// Runs a content handler; an unexpected error is a 500.
template <ngx_int_t (*Handle)(ngx_http_request_t* r)>
ngx_int_t endpoint_handler(ngx_http_request_t* r) noexcept {
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [r] { return Handle(r); });
}

// Goes on with a request that has waited.
template <ngx_int_t (*Answer)(ngx_http_request_t* r)>
void resume_endpoint(ngx_http_request_t* r, bool taken) noexcept {
    ngx_http_finalize_request(r,
                              taken ? endpoint_handler<Answer>(r) : NGX_HTTP_INTERNAL_SERVER_ERROR);
}

}  // namespace nginx
