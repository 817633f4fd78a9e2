#include "cookie.hpp"

#include <algorithm>
#include <cstddef>

#include "ascii.hpp"
#include "host.hpp"

namespace session {
namespace {

constexpr std::size_t kMaxAttributeBytes = 1024;  // RFC 6265bis, section 5.6
constexpr std::size_t kMaxPairBytes = 4096;       // of name and value, in the same section

struct SameSiteWord {
    SameSite value;
    std::string_view word;
};

constexpr SameSiteWord kSameSiteWords[] = {
    {SameSite::none, "None"},
    {SameSite::lax, "Lax"},
    {SameSite::strict, "Strict"},
};

std::string_view word_of(SameSite value) {
    for (const SameSiteWord& row : kSameSiteWords) {
        if (row.value == value) {
            return row.word;
        }
    }
    return {};
}

std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

// Browsers compare it in any letter case, for servers that read names so (RFC 6265bis,
// section 5.7).
bool has_prefix(std::string_view name, std::string_view prefix) {
    return equals_ignoring_case(name.substr(0, prefix.size()), prefix);
}

bool is_path(std::string_view path) {
    const bool printable = std::all_of(path.begin(), path.end(),
                                       [](char c) { return c > ' ' && c < 0x7f && c != ';'; });
    return printable && path.size() <= kMaxAttributeBytes && path.substr(0, 1) == "/";
}

// Browsers ignore one dot in front.
bool is_domain(std::string_view domain) {
    return is_host_name(domain.substr(domain.substr(0, 1) == "." ? 1 : 0), false);
}

std::optional<std::string> form_error(const CookieAttributes& cookie) {
    if (!is_token(cookie.name)) {
        return "the name " + quoted(cookie.name) +
               " is not allowed, use letters, digits, \"-\", \"_\" and \".\"";
    }
    if (!is_path(cookie.path)) {
        return "the path " + quoted(cookie.path) +
               " is not allowed, it begins with \"/\" and has no \";\", space, control byte or "
               "byte beyond ASCII";
    }
    if (!cookie.domain.empty() && !is_domain(cookie.domain)) {
        return "the domain " + quoted(cookie.domain) +
               " is no host name, write one such as \"example.com\" or leave it out";
    }
    return std::nullopt;
}

std::optional<std::string> rule_error(const CookieAttributes& cookie, bool same_site_varies) {
    if (has_prefix(cookie.name, "__Host-") &&
        !(cookie.secure && cookie.path == "/" && cookie.domain.empty())) {
        return R"("__Host-" needs "secure=on", "path=/" and no "domain")";
    }
    if (has_prefix(cookie.name, "__Secure-") && !cookie.secure) {
        return R"("__Secure-" needs "secure=on")";
    }
    const bool none = same_site_varies || cookie.same_site == SameSite::none;
    if (cookie.partitioned && !(cookie.secure && none)) {
        return R"("partitioned" needs "secure=on" and "samesite=none")";
    }
    if (cookie.same_site == SameSite::none && !same_site_varies && !cookie.secure) {
        return R"("samesite=none" needs "secure=on", without it use "samesite=lax")";
    }
    return std::nullopt;
}

// Cuts the next pair off the line and gives its value where the name is that, else nothing.
std::string_view take_cookie(std::string_view& header, std::string_view name) {
    std::string_view value = cut(header, ';');
    const std::string_view its_name = trim(cut(value, '='));
    return its_name == name ? trim(value) : std::string_view();
}

// A Set-Cookie line; `age` is its part about time, with the "; " before it.
std::string format(const CookieAttributes& cookie, std::string_view value, std::string_view age) {
    std::string line = cookie.name + '=' + std::string(value) + "; Path=" + cookie.path;
    if (!cookie.domain.empty()) {
        line += "; Domain=" + cookie.domain;
    }
    line += age;
    if (cookie.secure) {
        line += "; Secure";
    }
    if (cookie.http_only) {
        line += "; HttpOnly";
    }
    line += "; SameSite=";
    line += word_of(cookie.same_site);
    if (cookie.partitioned) {
        line += "; Partitioned";
    }
    return line;
}

}  // namespace

std::optional<SameSite> find_same_site(std::string_view word) {
    for (const SameSiteWord& row : kSameSiteWords) {
        if (equals_ignoring_case(row.word, word)) {
            return row.value;
        }
    }
    return std::nullopt;
}

std::optional<std::string> cookie_error(const CookieAttributes& cookie, bool same_site_varies) {
    if (std::optional<std::string> error = form_error(cookie)) {
        return error;
    }
    if (std::optional<std::string> error = rule_error(cookie, same_site_varies)) {
        return "browsers refuse it, " + *error;
    }
    return std::nullopt;
}

void read_cookie(std::string_view header, std::string_view name,
                 std::vector<std::string_view>& values) {
    while (!header.empty()) {
        const std::string_view value = take_cookie(header, name);
        if (!value.empty()) {
            values.push_back(value);
        }
    }
}

std::string_view first_cookie(std::string_view header, std::string_view name) {
    std::string_view value;
    while (value.empty() && !header.empty()) {
        value = take_cookie(header, name);
    }
    return value;
}

bool fits(const CookieAttributes& cookie, std::size_t value_bytes) {
    return cookie.name.size() + value_bytes <= kMaxPairBytes;
}

std::string set_cookie(const CookieAttributes& cookie, std::string_view value,
                       std::int64_t token_life) {
    std::string age;
    if (cookie.life != CookieLife::browser) {
        const bool fixed = cookie.life == CookieLife::fixed;
        age = "; Max-Age=" + std::to_string(fixed ? cookie.max_age : token_life);
    }
    return format(cookie, value, age);
}

std::string delete_cookie(const CookieAttributes& cookie) {
    CookieAttributes own = cookie;
    if (has_prefix(own.name, "__Host-")) {
        own.path = "/";
        own.domain.clear();
    }
    own.secure = own.secure || has_prefix(own.name, "__Host-") || has_prefix(own.name, "__Secure-");
    return format(own, "", "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
}

bool sets_cookie(std::string_view line, std::string_view name) {
    std::string_view pair = cut(line, ';');
    return pair.find('=') != std::string_view::npos && trim(cut(pair, '=')) == name;
}

}  // namespace session
