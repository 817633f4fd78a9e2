// Names of hosts as URLs and cookies spell them.
#pragma once

#include <string_view>

namespace session {

// A DNS name (RFC 1123, section 2.1) of at most 253 bytes without its last dot, or an IPv4 address:
// labels of 1 to 63 letters, digits, hyphens, and underscores, which inner networks have.
// International names are written in Punycode. `last_dot`: one dot at the end is accepted.
bool is_host_name(std::string_view text, bool last_dot);

}  // namespace session
