// Ends requests whose session has ended.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// Closes its connection, both ways where it was upgraded, or resets its stream, without a word that
// could make the response look whole. The request may be gone then, and all that is its.
void cut(ngx_http_request_t* r);

}  // namespace nginx
