// nginx's clock in milliseconds, which may pass its end.
#pragma once

#include "ngx.hpp"

namespace nginx {

inline bool has_come(ngx_msec_t time) {
    return static_cast<ngx_msec_int_t>(ngx_current_msec - time) >= 0;
}

}  // namespace nginx
