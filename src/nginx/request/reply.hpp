// Answers of the module's own: refusals and what the endpoints say.
#pragma once

#include <optional>
#include <string_view>

#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// The refusal of state.verdict. The result is for the access phase to return: NGX_DONE where the
// response is already on its way and the request may be gone.
ngx_int_t refuse(ngx_http_request_t* r, RequestState& state);

// The same for a content handler, never a redirect: the result is to be finalized with.
ngx_int_t answer_refusal(ngx_http_request_t* r, RequestState& state);

// A JSON response that nobody stores, for a content handler.
ngx_int_t answer_json(ngx_http_request_t* r, ngx_uint_t status, std::string_view body);

// The same for a problem (RFC 9457) that is more than a reason.
ngx_int_t answer_problem(ngx_http_request_t* r, ngx_uint_t status, std::string_view body);

// Makes the response a problem (RFC 9457): status and headers, not sent. The result is its body.
ngx_buf_t* write_problem(ngx_http_request_t* r, ngx_uint_t status,
                         std::optional<session::Reason> reason);

}  // namespace nginx
