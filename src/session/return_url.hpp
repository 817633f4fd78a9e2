// Where the login page sends the user back; never another site.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace session {

// A path on this site, with or without a query: one leading slash, no second slash or backslash
// behind it, no backslash in the path and no control byte anywhere, for browsers read "//", "/\"
// and "/<TAB>/" as another host. No dot segment ("/.//host", in any spelling): once removed it may
// leave a "//host".
bool is_local_path(std::string_view path);

// What a browser may be sent to by configuration: a local path or an absolute http or https URL, of
// printable ASCII, without a fragment.
bool is_page_url(std::string_view url);

// Every byte but RFC 3986's unreserved ones as %XX.
std::string percent_encode(std::string_view text);

// Nothing where a "%" is not followed by two hexadecimal digits. A "+" stays one.
std::optional<std::string> percent_decode(std::string_view text);

struct Login {
    std::string url;           // a local path or an absolute http(s) URL; empty: none
    std::string return_param;  // empty: none
    std::string reason_param;  // empty: none
};

// The Location of the redirect, the parameters behind the URL's own query and before its fragment.
// `request` is the request's own path and query, nothing where it is not to be returned to; one
// that is not a local path becomes "/".
std::string login_location(const Login& login, std::optional<std::string_view> request,
                           std::string_view reason);

// The return parameter of a query string (without its "?"), decoded once, where it is a local path.
// The first one of that name counts.
std::optional<std::string> return_path(std::string_view query, std::string_view param);

}  // namespace session
