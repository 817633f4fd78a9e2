// The access phase.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// Judges the request, asking the store where it must, and refuses it unless others may still let it
// in.
ngx_int_t access_handler(ngx_http_request_t* r) noexcept;

// Under "satisfy any", behind all other access modules: gives the answer that access_handler() held
// back.
ngx_int_t last_access_handler(ngx_http_request_t* r) noexcept;

}  // namespace nginx
