// The X-Session-* headers, which are between nginx and its upstreams: clients neither send nor see
// them.
#pragma once

#include <vector>

#include "../../session/grant.hpp"
#include "../ngx.hpp"

namespace nginx {

// Takes them off the response; views into the request's memory.
std::vector<session::GrantLine> take_grants(ngx_http_request_t* r);

// Takes them off the request; throws std::bad_alloc.
void drop_grants(ngx_http_request_t* r);

}  // namespace nginx
