#include "phases.hpp"

#include "bridge.hpp"
#include "location.hpp"
#include "request/access.hpp"
#include "request/grants.hpp"

namespace nginx {
namespace {

// Handlers run in the reverse order of this array: the first one is asked behind all others.
bool add_last(ngx_array_t& handlers, ngx_http_handler_pt handler) {
    if (ngx_array_push(&handlers) == nullptr) {
        return false;
    }
    auto* first = static_cast<ngx_http_handler_pt*>(handlers.elts);
    ngx_memmove(first + 1, first, (handlers.nelts - 1) * sizeof(ngx_http_handler_pt));
    *first = handler;
    return true;
}

bool add(ngx_array_t& handlers, ngx_http_handler_pt handler) {
    auto* slot = static_cast<ngx_http_handler_pt*>(ngx_array_push(&handlers));
    if (slot == nullptr) {
        return false;
    }
    *slot = handler;
    return true;
}

// X-Session-* headers are an upstream's word, never a client's.
ngx_int_t post_read_handler(ngx_http_request_t* r) noexcept {
    if (!server_of(r).uses_realm) {
        return NGX_DECLINED;
    }
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [r]() -> ngx_int_t {
                       drop_grants(r);
                       return NGX_DECLINED;
                   });
}

}  // namespace

ngx_int_t add_handlers(ngx_conf_t* cf) noexcept {
    auto* core = static_cast<ngx_http_core_main_conf_t*>(
        ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
    ngx_array_t& handlers = core->phases[NGX_HTTP_ACCESS_PHASE].handlers;
    return add(core->phases[NGX_HTTP_POST_READ_PHASE].handlers, post_read_handler) &&
                   add(handlers, access_handler) && add_last(handlers, last_access_handler)
               ? NGX_OK
               : NGX_ERROR;
}

}  // namespace nginx
