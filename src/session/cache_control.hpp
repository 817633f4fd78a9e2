// Cache-Control (RFC 9111, section 5.2.2) of a response that gets a cookie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace session {

// Whether shared caches keep away from the response already: "private" without a list of fields, or
// "no-store".
bool is_not_shared(const std::vector<std::string_view>& values);

// The directives as they were but for those that invite shared caches, and "private".
std::string make_private(const std::vector<std::string_view>& values);

}  // namespace session
