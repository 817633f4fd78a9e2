// The directives of a session_realm block as they are read, until the block ends.
#pragma once

#include <initializer_list>
#include <set>
#include <string>

#include "../conf.hpp"
#include "../ngx.hpp"
#include "realm.hpp"

namespace nginx {

// What our own setters gather; the rest of what they read goes straight into the realm.
struct RealmDraft {
    Realm* realm = nullptr;
    std::set<std::string, std::less<>> seen;  // directives that may stand once
};

// Of the sentinels alone.
struct SentinelSlots {
    ngx_str_t user;
    ngx_str_t password_file;
    ngx_flag_t ssl;
    ngx_str_t ssl_name;
    ngx_str_t ssl_trusted_certificate;
};

// What nginx's own setters store: plain memory, for offsetof.
struct RealmSlots {
    RealmDraft* draft;
    ngx_str_t issuer;
    time_t leeway;
    time_t max_age;
    size_t zone_size;
    ngx_uint_t deny;
    ngx_uint_t log_level;
    time_t access_lifetime;
    time_t refresh_lifetime;
    time_t idle_timeout;
    time_t absolute_timeout;
    ngx_flag_t resign;
    ngx_flag_t refresh_inline;
    ngx_uint_t live_connections;
    ngx_uint_t record;
    ngx_uint_t record_format;
    ngx_str_t redis_user;
    ngx_str_t redis_password_file;
    ngx_int_t redis_database;
    ngx_str_t redis_prefix;
    ngx_msec_t redis_connect_timeout;
    ngx_msec_t redis_timeout;
    ngx_int_t redis_connections;
    ngx_flag_t redis_ssl;
    ngx_str_t redis_ssl_name;
    ngx_flag_t redis_ssl_verify;
    ngx_str_t redis_ssl_trusted_certificate;
    ngx_str_t redis_ssl_certificate;
    ngx_str_t redis_ssl_certificate_key;
    SentinelSlots sentinel;
    ngx_http_complex_value_t* challenge;

    Realm& realm() const { return *draft->realm; }
    session::Policy& policy() const { return draft->realm->policy; }
};

// For directives that may stand once: whether this is the second time.
bool is_duplicate(ngx_conf_t* cf, RealmSlots& slots);

inline bool is_set(const ngx_str_t& slot) {
    return slot.data != nullptr;
}

struct Written {
    const char* directive;
    bool is_set;
};

// The first of them that is set has no effect.
char* fail_where_set(ngx_conf_t* cf, std::initializer_list<Written> directives, const char* remedy);

using RealmSetter = char* (*)(ngx_conf_t* cf, RealmSlots& slots);

// One of the setters below as nginx calls it.
template <RealmSetter Setter>
char* realm_directive(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR),
                   [&] { return Setter(cf, *static_cast<RealmSlots*>(conf)); });
}

// realm_keys.cpp
char* set_key(ngx_conf_t* cf, RealmSlots& slots);
char* set_key_set(ngx_conf_t* cf, RealmSlots& slots);

// realm_key_location.cpp
char* set_key_location(ngx_conf_t* cf, RealmSlots& slots);

// realm_formats.cpp
char* finish_formats(ngx_conf_t* cf, RealmSlots& slots);

// realm_tokens.cpp
char* set_token(ngx_conf_t* cf, RealmSlots& slots);
char* set_audience(ngx_conf_t* cf, RealmSlots& slots);
char* set_require_claims(ngx_conf_t* cf, RealmSlots& slots);
char* set_claims(ngx_conf_t* cf, RealmSlots& slots);

// realm_cookies.cpp
char* set_cookie(ngx_conf_t* cf, RealmSlots& slots);
char* set_refresh_cookie(ngx_conf_t* cf, RealmSlots& slots);
char* set_clear_cookies(ngx_conf_t* cf, RealmSlots& slots);

// realm_answers.cpp
char* set_login(ngx_conf_t* cf, RealmSlots& slots);
char* set_origins(ngx_conf_t* cf, RealmSlots& slots);

// realm_sessions.cpp
char* set_renew(ngx_conf_t* cf, RealmSlots& slots);
char* set_session_limit(ngx_conf_t* cf, RealmSlots& slots);
char* finish_sessions(ngx_conf_t* cf, RealmSlots& slots);

// realm_ids.cpp
char* finish_ids(ngx_conf_t* cf, RealmSlots& slots);

// realm_places.cpp
char* set_redis(ngx_conf_t* cf, RealmSlots& slots);
char* finish_places(ngx_conf_t* cf, RealmSlots& slots);

// realm_sentinel.cpp
char* set_sentinel(ngx_conf_t* cf, RealmSlots& slots);  // "redis_topology sentinel MASTER"
char* check_sentinel(ngx_conf_t* cf, RealmSlots& slots);
char* finish_sentinel(ngx_conf_t* cf, RealmSlots& slots);

// realm_redis.cpp
char* set_redis_wait(ngx_conf_t* cf, RealmSlots& slots);
char* set_redis_topology(ngx_conf_t* cf, RealmSlots& slots);
char* check_redis(ngx_conf_t* cf, RealmSlots& slots);   // what is set, before the defaults
char* finish_redis(ngx_conf_t* cf, RealmSlots& slots);  // into the realm's server, with them

// realm_state.cpp
char* set_state(ngx_conf_t* cf, RealmSlots& slots);
char* finish_state(ngx_conf_t* cf, RealmSlots& slots);

// realm_store.cpp
char* set_revocation(ngx_conf_t* cf, RealmSlots& slots);
char* set_store_error(ngx_conf_t* cf, RealmSlots& slots);
char* finish_store(ngx_conf_t* cf, RealmSlots& slots);  // when the block ends

}  // namespace nginx
