// Cookies (RFC 6265bis): the values a request sent, the Set-Cookie lines that set and delete one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace session {

enum class SameSite : std::uint8_t { none, lax, strict };

// "none", "lax", "strict", in any letter case.
std::optional<SameSite> find_same_site(std::string_view word);

// How long a browser keeps a cookie: as long as its token lives, until it is closed, or a time.
enum class CookieLife : std::uint8_t { token, browser, fixed };

struct CookieAttributes {
    std::string name;
    std::string path = "/";
    std::string domain;  // empty: host-only
    SameSite same_site = SameSite::none;
    bool secure = true;
    bool http_only = true;
    bool partitioned = false;
    CookieLife life = CookieLife::token;
    std::int64_t max_age = 0;  // seconds, where life is fixed
};

// Why browsers would refuse such a cookie, with the remedy, or nothing. `same_site_varies`: it is a
// variable, `same_site` is not looked at. That the value fits is for who sets it.
std::optional<std::string> cookie_error(const CookieAttributes& cookie, bool same_site_varies);

// Appends the values of that name in one Cookie header line, in order; views into the line. Names
// are compared byte by byte; an empty value is no value. Quotes belong to the value, as browsers
// see it.
void read_cookie(std::string_view header, std::string_view name,
                 std::vector<std::string_view>& values);

// The first of them, empty where there is none.
std::string_view first_cookie(std::string_view header, std::string_view name);

// Whether browsers take a value of that size (RFC 6265bis, section 5.6: 4096 bytes, the name
// included).
bool fits(const CookieAttributes& cookie, std::size_t value_bytes);

// The value of the Set-Cookie line that sets the cookie; `token_life` in seconds.
std::string set_cookie(const CookieAttributes& cookie, std::string_view value,
                       std::int64_t token_life);

// The value of the Set-Cookie line that deletes the cookie, with the attributes it was set with:
// browsers delete by name, Path, Domain and partition, and refuse the line where the others break a
// rule. Those that a prefix of the name prescribes win over what is said of another cookie.
std::string delete_cookie(const CookieAttributes& cookie);

// Whether that Set-Cookie line is about a cookie of that name.
bool sets_cookie(std::string_view line, std::string_view name);

}  // namespace session
