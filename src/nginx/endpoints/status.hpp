// session_status: the counters of the realms as JSON, for Prometheus and as a page.
#pragma once

#include "../ngx.hpp"

namespace nginx {

// "session_status [NAME …]"
char* set_session_status(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
