// What a location enforces: the "auth_session*" directives and their inheritance.
#pragma once

#include "ngx.hpp"
#include "realm/realm.hpp"

namespace nginx {

enum class Mode : ngx_uint_t { require, verify };

// One "auth_session_require".
struct Requirement {
    ngx_array_t* variables;  // of ngx_int_t, indexes
    int status;              // 401 or 403
};

// A realm as a directive names it; it may be declared behind that place.
struct RealmName {
    ngx_str_t name;  // data null: nothing is written
    u_char* file;    // where it is written
    ngx_uint_t line;
};

// A realm that a location uses, null until the merge has found it, or where there is none.
struct RealmUse {
    const Realm* realm;
    RealmName named;
};

// Plain memory, for offsetof; constant once merged.
struct Location {
    const Realm* realm;         // "auth_session"; null: off
    RealmUse issue;             // "session_issue"
    RealmUse endpoint;          // "session_logout" or another of the directives that answer
    ngx_str_t endpoint_name;    // which of them
    ngx_str_t logout_url;       // empty: none
    ngx_uint_t logout_methods;  // of NGX_HTTP_POST and NGX_HTTP_GET
    ngx_str_t admin_prefix;     // of the location of "session_admin"
    bool admin_write;
    ngx_flag_t dry_run;
    ngx_uint_t mode;             // of Mode
    ngx_array_t* requirements;   // of Requirement, or null
    RealmName auth_session;      // until the merge finds the realm
    bool has_status;             // "session_status" stands here
    ngx_array_t* status_realms;  // of RealmName; null: all

    bool verify_only() const { return static_cast<Mode>(mode) == Mode::verify; }

    // That which is in force here in whatever way, or null.
    const Realm* any_realm() const {
        return realm != nullptr ? realm : issue.realm != nullptr ? issue.realm : endpoint.realm;
    }
};

struct Server {
    bool uses_realm;  // in one of its locations
};

// Of the location, and the server, that the request is in.
const Location& location_of(ngx_http_request_t* r);
const Server& server_of(ngx_http_request_t* r);

// The name at the argument of the directive that is being read.
RealmName read_realm_name(ngx_conf_t* cf, std::size_t index);

void* create_server(ngx_conf_t* cf) noexcept;
void* create_location(ngx_conf_t* cf) noexcept;
char* merge_location(ngx_conf_t* cf, void* parent, void* child) noexcept;

char* set_auth_session(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_session_issue(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_auth_session_require(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// Makes the handler that of the location, for the realm that the directive names; for the setters
// of the endpoints.
char* set_endpoint(ngx_conf_t* cf, Location& location, ngx_http_handler_pt handler);

extern ngx_conf_enum_t kModeWords[];

}  // namespace nginx
