// What a good session gets along the way: a cookie with a new life, or signed with the current key,
// and its activity noted.
#pragma once

#include "../../session/mint.hpp"
#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// Whether a token from there gets another one in its place: a good one that the key has signed.
bool is_replaced(const session::Policy& policy, const session::TokenSource& source,
                 const session::Life& life, const jwt::Key& signer);

// Once a request and realm, whose verdict is `valid`. True: the request waits for the store,
// `resume` will be called.
bool tend(ngx_http_request_t* r, RequestState& state, Judged& judged, Suspension::Resume resume);

}  // namespace nginx
