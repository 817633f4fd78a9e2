// Which handlers run when.
#pragma once

#include "ngx.hpp"

namespace nginx {

// After the configuration is read.
ngx_int_t add_handlers(ngx_conf_t* cf) noexcept;

}  // namespace nginx
