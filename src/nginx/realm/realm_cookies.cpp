// "cookie", "refresh_cookie" and "clear_cookies".
#include "realm_slots.hpp"

namespace nginx {
namespace {

// Reads "on" or "off" into the flag.
bool read_flag(std::string_view value, bool& flag) {
    flag = value == "on";
    return flag || value == "off";
}

char* read_same_site(ngx_conf_t* cf, std::string_view value, session::CookieAttributes& cookie,
                     ngx_http_complex_value_t*& variable) {
    if (!value.empty() && value.front() == '$') {
        variable = compile_value(cf, value);
        return variable == nullptr ? static_cast<char*>(NGX_CONF_ERROR) : ok();
    }
    const auto same_site = session::find_same_site(value);
    if (!same_site) {
        return fail_value(cf, value, "\"samesite\" is none, lax, strict or a variable");
    }
    cookie.same_site = *same_site;
    return ok();
}

bool read_life(std::string_view value, session::CookieAttributes& cookie) {
    if (value == "token" || value == "session") {
        cookie.life = value == "token" ? session::CookieLife::token : session::CookieLife::browser;
        return true;
    }
    const auto seconds = parse_time(value);
    cookie.life = session::CookieLife::fixed;
    cookie.max_age = seconds.value_or(0);
    return cookie.max_age > 0;
}

char* read_attribute(ngx_conf_t* cf, std::string_view text, session::CookieAttributes& cookie,
                     ngx_http_complex_value_t*& same_site) {
    if (const auto path = parameter(text, "path")) {
        cookie.path = *path;
    } else if (const auto domain = parameter(text, "domain")) {
        cookie.domain = *domain;
    } else if (const auto value = parameter(text, "samesite")) {
        return read_same_site(cf, *value, cookie, same_site);
    } else if (const auto secure = parameter(text, "secure")) {
        if (!read_flag(*secure, cookie.secure)) {
            return fail_value(cf, text, "\"secure\" is on or off");
        }
    } else if (const auto http_only = parameter(text, "httponly")) {
        if (!read_flag(*http_only, cookie.http_only)) {
            return fail_value(cf, text, "\"httponly\" is on or off");
        }
    } else if (text == "partitioned") {
        cookie.partitioned = true;
    } else if (const auto max_age = parameter(text, "max_age")) {
        if (!read_life(*max_age, cookie)) {
            return fail_value(cf, text, "\"max_age\" is token, session or a time such as 8h");
        }
    } else {
        return fail_value(
            cf, text, "use path=, domain=, samesite=, secure=, httponly=, partitioned or max_age=");
    }
    return ok();
}

// Reasons that say for certain that the cookie is good nowhere else either: another node may know a
// key, a clock or an origin that this one does not.
bool may_clear(session::Reason reason) {
    switch (reason) {
        case session::Reason::malformed:
        case session::Reason::expired:
        case session::Reason::claims:
        case session::Reason::revoked:
        case session::Reason::stale:
        case session::Reason::epoch:
        case session::Reason::idle:
        case session::Reason::record:
        case session::Reason::replayed:
            return true;
        default:
            return false;
    }
}

char* read_cookie(ngx_conf_t* cf, std::optional<session::CookieAttributes>& cookie,
                  ngx_http_complex_value_t*& same_site) {
    if (cookie) {
        return duplicate();
    }
    if (check_parameters(cf, 2) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    cookie.emplace();
    cookie->name = argument(cf, 1);
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        if (read_attribute(cf, argument(cf, i), *cookie, same_site) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    if (const auto error = session::cookie_error(*cookie, same_site != nullptr)) {
        return fail(cf, std::string(argument(cf, 0)) + " \"" + cookie->name + "\": " + *error);
    }
    return ok();
}

}  // namespace

char* set_cookie(ngx_conf_t* cf, RealmSlots& slots) {
    return read_cookie(cf, slots.policy().cookie, slots.realm().same_site);
}

char* set_refresh_cookie(ngx_conf_t* cf, RealmSlots& slots) {
    return read_cookie(cf, slots.policy().refresh_cookie, slots.realm().refresh_same_site);
}

char* set_clear_cookies(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    auto& clears = slots.policy().clears;
    clears.reset();
    if (argument_count(cf) == 2 && argument(cf, 1) == "off") {
        return ok();
    }
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        const auto reason = session::find_reason(argument(cf, i));
        if (!reason || !may_clear(*reason)) {
            return fail_value(
                cf, argument(cf, i),
                "use off or some of malformed, expired, claims, revoked, stale, epoch, "
                "idle, record and replayed: any other cookie may be good on another node");
        }
        clears.set(static_cast<std::size_t>(*reason));
    }
    return ok();
}

}  // namespace nginx
