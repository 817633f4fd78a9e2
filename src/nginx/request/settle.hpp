// What the store says of a request's tokens.
#pragma once

#include <vector>

#include "../ngx.hpp"
#include "mirror.hpp"
#include "request_state.hpp"

namespace nginx {

// Asks where that is still to be done. True: the request waits, `resume` will be called; false: the
// tokens are settled.
bool ask_standing(ngx_http_request_t* r, RequestState& state, Judged& judged,
                  Suspension::Resume resume);

// Asks of the token that was recalled, into `state.told`. True: the request waits, as above.
bool ask_recalled(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);

// The same questions as the mirror and the store take them, and what is known to speak against
// somebody where there is no answer.
std::vector<Read> reads_of(std::vector<session::Inquiry> inquiries);
std::vector<redis::Arguments> commands_of(const std::vector<Read>& reads);
std::vector<redis::Reply> floors_of(const Mirror& mirror, const std::vector<Read>& reads);

// While a request waits a client that leaves is noticed. False where nginx has no event for it.
bool watch_client(ngx_http_request_t* r);

}  // namespace nginx
