// What the store says of a request's tokens.
#pragma once

#include "ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// Asks where that is still to be done. True: the request waits, `resume` will be called; false: the
// tokens are settled.
bool ask_standing(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  Suspension::Resume resume);

// While a request waits a client that leaves is noticed. False where nginx has no event for it.
bool watch_client(ngx_http_request_t* r);

}  // namespace nginx
