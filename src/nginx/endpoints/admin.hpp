// session_admin: what operators and machines ask of the sessions, as JSON.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_admin NAME [write=on]"
char* set_session_admin(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
