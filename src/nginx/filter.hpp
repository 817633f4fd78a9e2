// The response on its way out: X-Session-* headers taken off, cookies put on, and the whole of it
// held back while the store is asked about a login.
#pragma once

#include "ngx.hpp"

namespace nginx {

// After the configuration is read; behind the filters that write Cache-Control, before those that
// read bodies.
ngx_int_t add_filters(ngx_conf_t* cf) noexcept;

}  // namespace nginx
