#include "status.hpp"

#include <optional>
#include <string>

#include "../../module.hpp"
#include "../../status/format.hpp"
#include "../../status/json.hpp"
#include "../../status/page.hpp"
#include "../../status/prometheus.hpp"
#include "../conf.hpp"
#include "../location.hpp"
#include "../random.hpp"
#include "../realm/realm_block.hpp"
#include "../request/headers.hpp"
#include "../zone/snapshot.hpp"

namespace nginx {
namespace {

bool is_wanted(const Realm& realm, const ngx_array_t* names) {
    bool wanted = names == nullptr;
    for (ngx_uint_t i = 0; !wanted && i < names->nelts; ++i) {
        wanted = view(static_cast<RealmName*>(names->elts)[i].name) == realm.policy.realm;
    }
    return wanted;
}

status::Snapshot take_snapshot(ngx_http_request_t* r) {
    const auto& settings =
        *static_cast<MainSettings*>(ngx_http_get_module_main_conf(r, ngx_http_auth_session_module));
    status::Snapshot snapshot;
    snapshot.time = ngx_time();
    for (const Realm* realm : settings.realms) {
        if (is_wanted(*realm, location_of(r).status_realms)) {
            snapshot.realms.push_back(snapshot_of(*realm));
        }
    }
    return snapshot;
}

// As "format" in the query says, else as the Accept headers do; nothing where it is no format.
std::optional<status::Format> wanted_format(ngx_http_request_t* r) {
    ngx_str_t name = ngx_string("format");
    ngx_str_t word = ngx_null_string;
    if (ngx_http_arg(r, name.data, name.len, &word) == NGX_OK) {
        return status::find_format(view(word));
    }
    return status::preferred(header_values(r, "accept"));
}

ngx_int_t send(ngx_http_request_t* r, std::string_view type, const std::string& text) {
    ngx_str_t content_type = str(type);
    ngx_http_complex_value_t body = {};
    body.value = copy(r->pool, text);
    return ngx_http_send_response(r, NGX_HTTP_OK, &content_type, &body);
}

ngx_int_t send_page(ngx_http_request_t* r, const status::Snapshot& snapshot) {
    const std::string nonce = random_id();
    add_header(r, "Content-Security-Policy", status::content_security_policy(nonce));
    add_header(r, "Referrer-Policy", "no-referrer");
    return send(r, "text/html; charset=utf-8", status::page(snapshot, nonce));
}

ngx_int_t answer(ngx_http_request_t* r) {
    if ((r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) {
        return NGX_HTTP_NOT_ALLOWED;
    }
    const auto format = wanted_format(r);
    if (!format) {
        return NGX_HTTP_BAD_REQUEST;
    }
    add_header(r, "Cache-Control", "no-store");
    add_header(r, "Vary", "Accept");
    add_header(r, "X-Content-Type-Options", "nosniff");
    const status::Snapshot snapshot = take_snapshot(r);
    switch (*format) {
        case status::Format::prometheus:
            return send(r, "text/plain; version=0.0.4; charset=utf-8",
                        status::prometheus(snapshot));
        case status::Format::html:
            return send_page(r, snapshot);
        case status::Format::json:
            break;
    }
    return send(r, "application/json", status::json(snapshot));
}

ngx_int_t status_handler(ngx_http_request_t* r) noexcept {
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [r] { return answer(r); });
}

}  // namespace

char* set_session_status(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& location = *static_cast<Location*>(conf);
        if (location.has_status) {
            return duplicate();
        }
        if (location.endpoint_name.data != nullptr) {
            return fail(cf,
                        "\"session_status\" needs a location of its own, another directive answers "
                        "here already");
        }
        location.has_status = true;
        if (argument_count(cf) > 1) {
            location.status_realms =
                ngx_array_create(cf->pool, argument_count(cf), sizeof(RealmName));
            if (location.status_realms == nullptr) {
                return static_cast<char*>(NGX_CONF_ERROR);
            }
        }
        for (std::size_t i = 1; i < argument_count(cf); ++i) {
            *static_cast<RealmName*>(ngx_array_push(location.status_realms)) =
                read_realm_name(cf, i);
        }
        auto* core = static_cast<ngx_http_core_loc_conf_t*>(
            ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
        core->handler = status_handler;
        return ok();
    });
}

}  // namespace nginx
