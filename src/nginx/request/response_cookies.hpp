// The cookies of a request onto its response, and what they mean to caches.
#pragma once

#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// One Set-Cookie line a name; "Cache-Control: private" where the response is not private already.
void put_cookies(ngx_http_request_t* r, const RequestState& state);

}  // namespace nginx
