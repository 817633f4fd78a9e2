// session_backchannel_logout: an identity provider says who has logged out there.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_backchannel_logout NAME"
char* set_session_backchannel_logout(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
