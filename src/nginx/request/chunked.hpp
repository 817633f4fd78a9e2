// Cookies that came in chunks, joined.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../../session/policy.hpp"
#include "../ngx.hpp"

namespace nginx {

// What the chunks of that name make together; lives as long as the request. Empty where there are
// none; what is no token of any form where they make none.
std::string_view joined_cookie(ngx_http_request_t* r, std::string_view name);

// The names of the chunks that the request sent of that cookie; none where no token of the realm
// comes in chunks of it.
std::vector<std::string> sent_chunks(const ngx_http_request_t* r, const session::Policy& policy,
                                     std::string_view name);

}  // namespace nginx
