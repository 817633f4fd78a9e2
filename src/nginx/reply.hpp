// A refusal onto the response: the one place that answers for the access phase.
#pragma once

#include "ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// The result for the access phase to return; NGX_DONE where the response is already on its way and
// the request may be gone.
ngx_int_t refuse(ngx_http_request_t* r, RequestState& state);

}  // namespace nginx
