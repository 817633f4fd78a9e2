// What a location enforces: the "auth_session*" directives and their inheritance.
#pragma once

#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

enum class Mode : ngx_uint_t { require, verify };

// One "auth_session_require".
struct Requirement {
    ngx_array_t* variables;  // of ngx_int_t, indexes
    int status;              // 401 or 403
};

// Plain memory, for offsetof; constant once merged.
struct Location {
    const Realm* realm;  // null: off
    ngx_flag_t dry_run;
    ngx_uint_t mode;            // of Mode
    ngx_array_t* requirements;  // of Requirement, or null

    ngx_str_t realm_name;  // as written, until the merge finds the realm; data null: inherited
    u_char* file_name;     // where it is written
    ngx_uint_t line;

    bool verify_only() const { return static_cast<Mode>(mode) == Mode::verify; }
};

void* create_location(ngx_conf_t* cf) noexcept;
char* merge_location(ngx_conf_t* cf, void* parent, void* child) noexcept;

char* set_auth_session(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_auth_session_require(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

extern ngx_conf_enum_t kModeWords[];

}  // namespace nginx
