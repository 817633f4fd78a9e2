#include "bridge.hpp"

namespace nginx {

ngx_str_t copy(ngx_pool_t* pool, std::string_view text) {
    auto* data = static_cast<u_char*>(ngx_pnalloc(pool, text.size()));
    if (data == nullptr) {
        throw std::bad_alloc();
    }
    ngx_memcpy(data, text.data(), text.size());
    return {text.size(), data};
}

std::string_view variable_value(ngx_http_request_t* r, ngx_int_t index) {
    const ngx_http_variable_value_t* value =
        ngx_http_get_flushed_variable(r, static_cast<ngx_uint_t>(index));
    if (value == nullptr || value->not_found) {
        return {};
    }
    return {reinterpret_cast<const char*>(value->data), value->len};
}

void log_unexpected(ngx_log_t* log, const char* what) noexcept {
    ngx_log_error(NGX_LOG_CRIT, log, 0, "session: unexpected error: %s", what);
}

}  // namespace nginx
