// The modules' identities, by which nginx finds their contexts and settings.
#pragma once

#include "nginx/ngx.hpp"

extern "C" {
extern ngx_module_t ngx_http_auth_session_module;
extern ngx_module_t ngx_http_auth_session_filter_module;  // at its own place among the filters
}
