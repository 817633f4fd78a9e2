// Counts and logs verdicts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../../redis/resp.hpp"
#include "../location.hpp"
#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// A value in quotes.
std::string quoted(std::string_view text);

// "session: realm "NAME" TEXT"
void log_line(ngx_http_request_t* r, ngx_uint_t level, const Realm& realm, const std::string& text);

// Once a request, realm and reason: a request that comes back by an internal redirect is not news.
void report(ngx_http_request_t* r, const Location& location, const Verdict& verdict,
            Judged& judged);

// The same of a request whose token was recalled, and is good.
void report_recalled(ngx_http_request_t* r, const Recalled& recalled);

// The end of a request that was let in; `only_told`: it goes on all the same.
void report_ended(ngx_http_request_t* r, const Realm& realm, session::Reason reason,
                  const session::Candidate& candidate, bool only_told);

// What Redis answered that cannot be believed, at most once a second.
void report_answer(ngx_http_request_t* r, const Judged& judged,
                   const std::vector<redis::Reply>& replies);

// That the realm has no key set, at most once a second.
void report_missing_keys(ngx_http_request_t* r, const Realm& realm);

// The first error among replies to commands that should have had none, at most once a second.
void report_errors(ngx_http_request_t* r, const Realm& realm,
                   const std::vector<redis::Reply>& replies);

}  // namespace nginx
