// The module's identity, by which nginx finds its contexts and settings.
#pragma once

#include "nginx/ngx.hpp"

extern "C" {
extern ngx_module_t ngx_http_auth_session_module;
}
