// What a good session gets along the way: a cookie with a new life, or signed with the current key,
// and its activity noted.
#pragma once

#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// Once a request and realm, whose verdict is `valid`. True: the request waits for the store,
// `resume` will be called.
bool tend(ngx_http_request_t* r, RequestState& state, Judged& judged, Suspension::Resume resume);

}  // namespace nginx
