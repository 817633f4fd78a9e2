#include "variables.hpp"

#include <string>
#include <vector>

#include "../session/return_url.hpp"
#include "bridge.hpp"
#include "conf.hpp"
#include "request/shown.hpp"

namespace nginx {
namespace {

using Path = std::vector<std::string>;

std::string status(Shown& shown) {
    return shown.realm() == nullptr ? "" : std::string(session::name(shown.reason()));
}

std::string realm(Shown& shown) {
    return shown.realm() == nullptr ? "" : shown.realm()->policy.realm;
}

std::string user(Shown& shown) {
    return shown.session() == nullptr ? "" : shown.session()->user;
}

std::string id(Shown& shown) {
    return shown.session() == nullptr ? "" : shown.session()->id;
}

std::string tenant(Shown& shown) {
    return shown.session() == nullptr ? "" : shown.session()->tenant;
}

std::string version(Shown& shown) {
    return shown.session() == nullptr ? "" : shown.session()->version;
}

std::string key(Shown& shown) {
    return shown.key() == nullptr ? "" : shown.key()->id();
}

std::string source(Shown& shown) {
    return shown.source() == nullptr ? "" : shown.source()->label;
}

std::string expires(Shown& shown) {
    return shown.session() == nullptr || shown.session()->expires == 0
               ? ""
               : std::to_string(shown.session()->expires);
}

std::string age(Shown& shown) {
    return shown.session() == nullptr ? "" : std::to_string(ngx_time() - shown.session()->issued);
}

std::string claims(Shown& shown) {
    return shown.claims() == nullptr ? "" : shown.claims()->json();
}

std::string cache(Shown& shown) {
    if (shown.source() == nullptr) {
        return "";
    }
    const session::Policy& policy = shown.realm()->policy;
    if (!policy.asks_store() || policy.revocation != session::Revocation::cached) {
        return "BYPASS";
    }
    return shown.is_hit() ? "HIT" : shown.was_asked() ? "MISS" : "";
}

std::string store_time(Shown& shown) {
    const auto time = shown.store_time();
    if (!time) {
        return "-";
    }
    const std::string fraction = std::to_string(*time % 1000);
    return std::to_string(*time / 1000) + "." + std::string(3 - fraction.size(), '0') + fraction;
}

std::string return_to(Shown& shown) {
    ngx_http_request_t* r = shown.request();
    const Realm* realm = location_of(r).any_realm();
    if (realm == nullptr) {
        return "";
    }
    return session::return_path(view(r->args), realm->policy.login.return_param).value_or("");
}

struct Named {
    std::string_view name;
    std::string (*text)(Shown& shown);
};

constexpr Named kVariables[] = {
    {"session_status", status},
    {"session_realm", realm},
    {"session_user", user},
    {"session_id", id},
    {"session_tenant", tenant},
    {"session_version", version},
    {"session_key", key},
    {"session_source", source},
    {"session_expires", expires},
    {"session_age", age},
    {"session_claims", claims},
    {"session_cache", cache},
    {"session_store_time", store_time},
    {"session_return_to", return_to},
};

void put(ngx_http_request_t* r, ngx_http_variable_value_t* value, std::string_view text) {
    const ngx_str_t copied = copy(r->pool, text);
    value->data = copied.data;
    value->len = static_cast<unsigned>(copied.len);
    value->valid = 1;
    value->no_cacheable = 1;  // the access phase changes it
    value->not_found = 0;
}

// Runs the body that gives the text; a variable that cannot be had is an error, never a wrong
// value.
template <typename Body>
ngx_int_t get(ngx_http_request_t* r, ngx_http_variable_value_t* value, Body&& body) noexcept {
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_ERROR), [&]() -> ngx_int_t {
        Shown shown(r);
        put(r, value, body(shown));
        return NGX_OK;
    });
}

ngx_int_t get_named(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                    uintptr_t data) noexcept {
    return get(r, value, [data](Shown& shown) { return kVariables[data].text(shown); });
}

std::string member(const jwt::Claims* object, const Path& path) {
    return object == nullptr ? "" : object->text(path).value_or("");
}

// For the prefixes: what the variable's own name says behind them.
Path name_behind(uintptr_t data, std::string_view prefix) {
    std::string_view name = view(*reinterpret_cast<ngx_str_t*>(data));
    name.remove_prefix(prefix.size());
    return {std::string(name)};
}

constexpr std::string_view kClaimPrefix = "session_claim_";
constexpr std::string_view kHeaderPrefix = "session_header_";

ngx_int_t get_claim(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                    uintptr_t data) noexcept {
    return get(r, value, [data](Shown& shown) {
        return member(shown.claims(), name_behind(data, kClaimPrefix));
    });
}

ngx_int_t get_header(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                     uintptr_t data) noexcept {
    return get(r, value, [data](Shown& shown) {
        return member(shown.header(), name_behind(data, kHeaderPrefix));
    });
}

ngx_int_t get_path(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                   uintptr_t data) noexcept {
    return get(r, value, [data](Shown& shown) {
        return member(shown.claims(), *reinterpret_cast<const Path*>(data));
    });
}

bool add(ngx_conf_t* cf, std::string_view name, ngx_http_get_variable_pt handler, uintptr_t data,
         ngx_uint_t flags) {
    ngx_str_t text = str(name);
    ngx_http_variable_t* variable =
        ngx_http_add_variable(cf, &text, flags | NGX_HTTP_VAR_NOCACHEABLE);
    if (variable == nullptr) {
        return false;
    }
    variable->get_handler = handler;
    variable->data = data;
    return true;
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) noexcept {
    uintptr_t index = 0;
    for (const Named& variable : kVariables) {
        if (!add(cf, variable.name, get_named, index++, 0)) {
            return NGX_ERROR;
        }
    }
    return add(cf, kClaimPrefix, get_claim, 0, NGX_HTTP_VAR_PREFIX) &&
                   add(cf, kHeaderPrefix, get_header, 0, NGX_HTTP_VAR_PREFIX)
               ? NGX_OK
               : NGX_ERROR;
}

char* set_claim_variable(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        std::string_view name = argument(cf, 1);
        if (name.size() < 2 || name.front() != '$') {
            return fail_value(cf, name, "the first argument is the variable to set, such as $role");
        }
        name.remove_prefix(1);
        Path* path = make_in_pool<Path>(cf->pool);
        for (std::size_t i = 2; i < argument_count(cf); ++i) {
            path->emplace_back(argument(cf, i));
        }
        return add(cf, name, get_path, reinterpret_cast<uintptr_t>(path), 0)
                   ? ok()
                   : static_cast<char*>(NGX_CONF_ERROR);
    });
}

}  // namespace nginx
