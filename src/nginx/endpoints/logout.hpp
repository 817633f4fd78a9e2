// session_logout: ends the session that the request comes with.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_logout NAME [URL] [methods=POST[,GET]]"
char* set_session_logout(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
