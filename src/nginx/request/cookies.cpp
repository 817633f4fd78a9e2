#include "cookies.hpp"

#include <algorithm>

#include "chunked.hpp"
#include "headers.hpp"
#include "report.hpp"

namespace nginx {
namespace {

// SameSite where the configuration has a variable: of what browsers would refuse, their own
// default.
session::SameSite same_site(ngx_http_request_t* r, ngx_http_complex_value_t* variable,
                            const session::CookieAttributes& cookie) {
    if (variable == nullptr) {
        return cookie.same_site;
    }
    ngx_str_t value;
    if (ngx_http_complex_value(r, variable, &value) != NGX_OK) {
        throw std::bad_alloc();
    }
    const auto found = session::find_same_site(view(value));
    const bool refused = found == session::SameSite::none && !cookie.secure;
    return found && !refused ? *found : session::SameSite::lax;
}

bool is_there(const ngx_http_request_t* r, const RequestState& state, std::string_view name) {
    const auto is_named = [name](const Cookie& cookie) { return cookie.name == name; };
    return !sent_cookies(r, name).empty() ||
           std::any_of(state.cookies.begin(), state.cookies.end(), is_named);
}

}  // namespace

std::vector<std::string_view> sent_cookies(const ngx_http_request_t* r, std::string_view name) {
    std::vector<std::string_view> values;
    each_cookie_line(r, [&](std::string_view line) { session::read_cookie(line, name, values); });
    return values;
}

std::optional<session::CookieAttributes> cookie_for(ngx_http_request_t* r, const Realm& realm,
                                                    CookieRole role) {
    const bool access = role == CookieRole::access;
    std::optional<session::CookieAttributes> cookie =
        access ? realm.policy.cookie : realm.policy.refresh_cookie;
    if (cookie) {
        cookie->same_site =
            same_site(r, access ? realm.same_site : realm.refresh_same_site, *cookie);
    }
    return cookie;
}

bool give_cookie(ngx_http_request_t* r, RequestState& state, const Realm& realm, CookieRole role,
                 std::string_view value, time_t life, Cookie::Kind kind) {
    const auto cookie = cookie_for(r, realm, role);
    if (!cookie) {
        return true;
    }
    if (!session::fits(*cookie, value.size())) {
        log_line(
            r, NGX_LOG_ERR, realm,
            "cookie \"" + cookie->name + "\" would have more than 4096 bytes, give fewer claims");
        return false;
    }
    state.put_cookie({cookie->name, session::set_cookie(*cookie, value, life), kind});
    return true;
}

void delete_cookie(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                   std::string_view name, Cookie::Kind kind) {
    session::CookieAttributes cookie =
        cookie_for(r, realm, CookieRole::access).value_or(session::CookieAttributes());
    std::vector<std::string> names = sent_chunks(r, realm.policy, name);
    if (is_there(r, state, name)) {
        names.emplace_back(name);
    }
    for (const std::string& part : names) {
        cookie.name = part;
        state.put_cookie({cookie.name, session::delete_cookie(cookie), kind});
    }
}

void delete_sent_cookies(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                         Cookie::Kind kind) {
    for (const session::TokenSource& source : realm.policy.sources) {
        if (source.kind == session::TokenSource::Kind::cookie) {
            delete_cookie(r, state, realm, source.name, kind);
        }
    }
    for (const CookieRole role : {CookieRole::access, CookieRole::refresh}) {
        const auto cookie = cookie_for(r, realm, role);
        if (cookie && is_there(r, state, cookie->name)) {
            state.put_cookie({cookie->name, session::delete_cookie(*cookie), kind});
        }
    }
}

}  // namespace nginx
