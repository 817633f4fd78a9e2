// session_refresh: new tokens for a refresh token.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_refresh NAME"
char* set_session_refresh(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
