// May this request use its cookie at all: the defence against requests that other sites forge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace session {

// A web origin (RFC 6454) of the schemes that have cookies, `wildcard` where the host stands for
// every name below it, itself not among them ("https://*.example.com").
struct Origin {
    std::string scheme;  // "http" or "https"
    std::string host;    // lower case; an IPv6 address in brackets and in its one canonical form
    std::string port;    // the scheme's own where the text has none
    bool wildcard = false;
};

// The origin that the text spells, as a browser or an operator writes it; nothing for "null", other
// schemes, a path (a lone "/" too), a user, a port that is no plain 1 to 65535, bytes that are not
// ASCII. `allow_wildcard` for configuration only.
std::optional<Origin> parse_origin(std::string_view text, bool allow_wildcard);

// What a request says of where it comes from. Absent headers are nothing, not empty.
struct Provenance {
    bool safe_method = false;  // GET, HEAD, OPTIONS, TRACE
    bool websocket = false;    // a handshake
    bool tls = false;
    std::string_view host;  // the Host header, port included
    std::optional<std::string_view> origin;
    std::optional<std::string_view> fetch_site;  // Sec-Fetch-Site
};

bool may_use_cookie(const Provenance& request, const std::vector<Origin>& allowed);

}  // namespace session
