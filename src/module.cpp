// The tables by which nginx knows the module: directives, hooks, the module itself.
#include "module.hpp"

#include <cstddef>

#include "nginx/conf.hpp"
#include "nginx/endpoints/admin.hpp"
#include "nginx/endpoints/backchannel_logout.hpp"
#include "nginx/endpoints/health.hpp"
#include "nginx/endpoints/logout.hpp"
#include "nginx/endpoints/refresh.hpp"
#include "nginx/endpoints/status.hpp"
#include "nginx/filter.hpp"
#include "nginx/location.hpp"
#include "nginx/phases.hpp"
#include "nginx/realm/realm_block.hpp"
#include "nginx/realm/realm_slots.hpp"
#include "nginx/variables.hpp"
#include "nginx/worker.hpp"
#include "nginx/zone/zone_moves.hpp"

namespace {

using namespace nginx;  // the tables below name little else

constexpr ngx_uint_t kLocations =
    NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_HTTP_LMT_CONF;

// A directive of the realm block that one of the realm's own setters reads.
template <RealmSetter Setter>
constexpr ngx_command_t in_realm(ngx_str_t name, ngx_uint_t arguments) {
    return {name,   kRealmConf | arguments, realm_directive<Setter>, NGX_HTTP_LOC_CONF_OFFSET, 0,
            nullptr};
}

using NginxSetter = char* (*)(ngx_conf_t* cf, ngx_command_t* command, void* conf);

// One that a setter of nginx stores in the slot at that offset.
constexpr ngx_command_t in_slot(ngx_str_t name, ngx_uint_t arguments, NginxSetter setter,
                                std::size_t offset, void* post = nullptr) {
    return {name, kRealmConf | arguments, setter, NGX_HTTP_LOC_CONF_OFFSET, offset, post};
}

ngx_command_t commands[] = {
    {ngx_string("session_realm"), NGX_HTTP_MAIN_CONF | NGX_CONF_BLOCK | NGX_CONF_TAKE1,
     set_session_realm, NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("auth_session"), kLocations | NGX_CONF_TAKE1, set_auth_session,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("auth_session_mode"), kLocations | NGX_CONF_TAKE1, set_word,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(Location, mode), kModeWords},
    {ngx_string("auth_session_dry_run"), kLocations | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(Location, dry_run), nullptr},
    {ngx_string("auth_session_require"), kLocations | NGX_CONF_1MORE, set_auth_session_require,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("auth_session_claim_set"), NGX_HTTP_MAIN_CONF | NGX_CONF_2MORE, set_claim_variable,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_issue"), kLocations | NGX_CONF_TAKE1, set_session_issue,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_logout"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE123, set_session_logout,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_refresh"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_session_refresh,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_health"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_session_health,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_admin"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE12, set_session_admin,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_backchannel_logout"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1,
     set_session_backchannel_logout, NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("session_status"), NGX_HTTP_LOC_CONF | NGX_CONF_ANY, set_session_status,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},

    in_realm<set_token>(ngx_string("token"), NGX_CONF_1MORE),
    in_realm<set_key>(ngx_string("key"), NGX_CONF_2MORE),
    in_realm<set_key_set>(ngx_string("key_set"), NGX_CONF_TAKE123),
    in_slot(ngx_string("issuer"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, issuer)),
    in_realm<set_audience>(ngx_string("audience"), NGX_CONF_1MORE),
    in_slot(ngx_string("leeway"), NGX_CONF_TAKE1, set_seconds, offsetof(RealmSlots, leeway)),
    in_slot(ngx_string("max_age"), NGX_CONF_TAKE1, set_seconds, offsetof(RealmSlots, max_age)),
    in_realm<set_require_claims>(ngx_string("require_claims"), NGX_CONF_1MORE),
    in_realm<set_claims>(ngx_string("claims"), NGX_CONF_1MORE),
    in_slot(ngx_string("zone"), NGX_CONF_TAKE1, set_size, offsetof(RealmSlots, zone_size)),

    in_realm<set_redis>(ngx_string("redis"), NGX_CONF_1MORE),
    in_realm<set_redis_topology>(ngx_string("redis_topology"), NGX_CONF_TAKE12),
    in_slot(ngx_string("redis_user"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_user)),
    in_slot(ngx_string("redis_password_file"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_password_file)),
    in_slot(ngx_string("redis_database"), NGX_CONF_TAKE1, set_number,
            offsetof(RealmSlots, redis_database)),
    in_slot(ngx_string("redis_prefix"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_prefix)),
    in_slot(ngx_string("redis_connect_timeout"), NGX_CONF_TAKE1, set_milliseconds,
            offsetof(RealmSlots, redis_connect_timeout)),
    in_slot(ngx_string("redis_timeout"), NGX_CONF_TAKE1, set_milliseconds,
            offsetof(RealmSlots, redis_timeout)),
    in_slot(ngx_string("redis_connections"), NGX_CONF_TAKE1, set_number,
            offsetof(RealmSlots, redis_connections)),
    in_realm<set_redis_wait>(ngx_string("redis_wait"), NGX_CONF_TAKE2),
    in_slot(ngx_string("redis_ssl"), NGX_CONF_FLAG, ngx_conf_set_flag_slot,
            offsetof(RealmSlots, redis_ssl)),
    in_slot(ngx_string("redis_ssl_name"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_ssl_name)),
    in_slot(ngx_string("redis_ssl_verify"), NGX_CONF_FLAG, ngx_conf_set_flag_slot,
            offsetof(RealmSlots, redis_ssl_verify)),
    in_slot(ngx_string("redis_ssl_trusted_certificate"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_ssl_trusted_certificate)),
    in_slot(ngx_string("redis_ssl_certificate"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_ssl_certificate)),
    in_slot(ngx_string("redis_ssl_certificate_key"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, redis_ssl_certificate_key)),
    in_slot(ngx_string("redis_sentinel_user"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, sentinel.user)),
    in_slot(ngx_string("redis_sentinel_password_file"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, sentinel.password_file)),
    in_slot(ngx_string("redis_sentinel_ssl"), NGX_CONF_FLAG, ngx_conf_set_flag_slot,
            offsetof(RealmSlots, sentinel.ssl)),
    in_slot(ngx_string("redis_sentinel_ssl_name"), NGX_CONF_TAKE1, ngx_conf_set_str_slot,
            offsetof(RealmSlots, sentinel.ssl_name)),
    in_slot(ngx_string("redis_sentinel_ssl_trusted_certificate"), NGX_CONF_TAKE1,
            ngx_conf_set_str_slot, offsetof(RealmSlots, sentinel.ssl_trusted_certificate)),
    in_realm<set_state>(ngx_string("state"), NGX_CONF_TAKE1),
    in_realm<set_revocation>(ngx_string("revocation"), NGX_CONF_TAKE12),
    in_realm<set_store_error>(ngx_string("store_error"), NGX_CONF_TAKE12),

    in_slot(ngx_string("record"), NGX_CONF_TAKE1, set_word, offsetof(RealmSlots, record),
            kRecordWords),
    in_slot(ngx_string("record_format"), NGX_CONF_TAKE1, set_word,
            offsetof(RealmSlots, record_format), kRecordFormatWords),
    in_slot(ngx_string("access_lifetime"), NGX_CONF_TAKE1, set_seconds,
            offsetof(RealmSlots, access_lifetime)),
    in_slot(ngx_string("refresh_lifetime"), NGX_CONF_TAKE1, set_seconds,
            offsetof(RealmSlots, refresh_lifetime)),
    in_slot(ngx_string("idle_timeout"), NGX_CONF_TAKE1, set_seconds,
            offsetof(RealmSlots, idle_timeout)),
    in_slot(ngx_string("absolute_timeout"), NGX_CONF_TAKE1, set_seconds,
            offsetof(RealmSlots, absolute_timeout)),
    in_realm<set_renew>(ngx_string("renew"), NGX_CONF_TAKE1),
    in_slot(ngx_string("resign"), NGX_CONF_FLAG, ngx_conf_set_flag_slot,
            offsetof(RealmSlots, resign)),
    in_slot(ngx_string("refresh_inline"), NGX_CONF_FLAG, ngx_conf_set_flag_slot,
            offsetof(RealmSlots, refresh_inline)),
    in_realm<set_session_limit>(ngx_string("session_limit"), NGX_CONF_TAKE12),
    in_slot(ngx_string("live_connections"), NGX_CONF_TAKE1, set_word,
            offsetof(RealmSlots, live_connections), kLiveWords),

    in_realm<set_login>(ngx_string("login"), NGX_CONF_TAKE123),
    in_slot(ngx_string("challenge"), NGX_CONF_TAKE1, ngx_http_set_complex_value_slot,
            offsetof(RealmSlots, challenge)),
    in_slot(ngx_string("deny"), NGX_CONF_TAKE1, set_word, offsetof(RealmSlots, deny), kDenyWords),
    in_realm<set_cookie>(ngx_string("cookie"), NGX_CONF_1MORE),
    in_realm<set_refresh_cookie>(ngx_string("refresh_cookie"), NGX_CONF_1MORE),
    in_realm<set_clear_cookies>(ngx_string("clear_cookies"), NGX_CONF_1MORE),
    in_realm<set_origins>(ngx_string("origins"), NGX_CONF_1MORE),
    in_slot(ngx_string("log_level"), NGX_CONF_TAKE1, set_word, offsetof(RealmSlots, log_level),
            kLogLevelWords),

    ngx_null_command,
};

ngx_http_module_t context = {
    add_variables,         // preconfiguration
    add_handlers,          // postconfiguration
    create_main_settings,  // create main configuration
    nullptr,               // init main configuration
    create_server,         // create server configuration
    nullptr,               // merge server configuration
    create_location,       // create location configuration
    merge_location,        // merge location configuration
};

ngx_http_module_t filter_context = {
    nullptr,      // preconfiguration
    add_filters,  // postconfiguration
    nullptr,      // create main configuration
    nullptr,      // init main configuration
    nullptr,      // create server configuration
    nullptr,      // merge server configuration
    nullptr,      // create location configuration
    nullptr,      // merge location configuration
};

}  // namespace

extern "C" {
ngx_module_t ngx_http_auth_session_module = {
    NGX_MODULE_V1,
    &context,
    commands,
    NGX_HTTP_MODULE,
    nullptr,       // init master
    settle_zones,  // init module
    init_worker,   // init process
    nullptr,       // init thread
    nullptr,       // exit thread
    exit_worker,   // exit process
    nullptr,       // exit master
    NGX_MODULE_V1_PADDING,
};

ngx_module_t ngx_http_auth_session_filter_module = {
    NGX_MODULE_V1,
    &filter_context,
    nullptr,  // commands
    NGX_HTTP_MODULE,
    nullptr,  // init master
    nullptr,  // init module
    nullptr,  // init process
    nullptr,  // init thread
    nullptr,  // exit thread
    nullptr,  // exit process
    nullptr,  // exit master
    NGX_MODULE_V1_PADDING,
};
}
