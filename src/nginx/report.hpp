// Counts and logs verdicts.
#pragma once

#include "location.hpp"
#include "ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// Once a request, realm and reason: a request that comes back by an internal redirect is not news.
void report(ngx_http_request_t* r, const Location& location, const Verdict& verdict,
            Judged& judged);

}  // namespace nginx
