// Counts and logs verdicts.
#pragma once

#include "../redis/resp.hpp"
#include "location.hpp"
#include "ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// Once a request, realm and reason: a request that comes back by an internal redirect is not news.
void report(ngx_http_request_t* r, const Location& location, const Verdict& verdict,
            Judged& judged);

// What Redis answered that cannot be believed, at most once a second.
void report_answer(ngx_http_request_t* r, const Judged& judged,
                   const std::vector<redis::Reply>& replies);

}  // namespace nginx
