// Cookies (RFC 6265bis): the values a request sent, the Set-Cookie line that deletes one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace session {

enum class SameSite : std::uint8_t { none, lax, strict };

// "none", "lax", "strict", in any letter case.
std::optional<SameSite> find_same_site(std::string_view word);

struct CookieAttributes {
    std::string name;
    std::string path = "/";
    std::string domain;  // empty: host-only
    SameSite same_site = SameSite::none;
    bool secure = true;
    bool http_only = true;
    bool partitioned = false;
};

// Why browsers would refuse such a cookie, with the remedy, or nothing. `same_site_varies`: it is a
// variable, `same_site` is not looked at. That name and value together fit in 4096 bytes is for who
// sets the value.
std::optional<std::string> cookie_error(const CookieAttributes& cookie, bool same_site_varies);

// Appends the values of that name in one Cookie header line, in order; views into the line. Names
// are compared byte by byte; an empty value is no value. Quotes belong to the value, as browsers
// see it.
void read_cookie(std::string_view header, std::string_view name,
                 std::vector<std::string_view>& values);

// The value of the Set-Cookie line that deletes the cookie, with the attributes it was set with:
// browsers delete by name, Path, Domain and partition, and refuse the line where the others break a
// rule.
std::string delete_cookie(const CookieAttributes& cookie);

}  // namespace session
