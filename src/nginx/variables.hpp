// $session_user and its kin, and "auth_session_claim_set".
#pragma once

#include "ngx.hpp"

namespace nginx {

// Before the configuration is read.
ngx_int_t add_variables(ngx_conf_t* cf) noexcept;

// "auth_session_claim_set $var NAME …"
char* set_claim_variable(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace nginx
