// session_health: what the realm makes of the request's token, for pages that poll.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_health NAME"
char* set_session_health(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
