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

void log_unexpected(ngx_log_t* log, const char* what) noexcept {
    ngx_log_error(NGX_LOG_CRIT, log, 0, "session: unexpected error: %s", what);
}

}  // namespace nginx
