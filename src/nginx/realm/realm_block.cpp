#include "realm_block.hpp"

#include "../../module.hpp"
#include "../../session/fingerprint.hpp"
#include "../../session/hash.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr std::size_t kDefaultZoneBytes = 16 * 1024 * 1024;
constexpr ngx_msec_t kDefaultConnectTimeout = 200;
constexpr ngx_msec_t kDefaultTimeout = 100;

template <typename T>
void default_to(T& slot, T unset, T value) {
    if (slot == unset) {
        slot = value;
    }
}

RealmSlots* make_slots(ngx_conf_t* cf) {
    auto* slots = static_cast<RealmSlots*>(ngx_pcalloc(cf->pool, sizeof(RealmSlots)));
    if (slots == nullptr) {
        throw std::bad_alloc();
    }
    slots->leeway = NGX_CONF_UNSET;
    slots->max_age = NGX_CONF_UNSET;
    slots->zone_size = NGX_CONF_UNSET_SIZE;
    slots->deny = NGX_CONF_UNSET_UINT;
    slots->log_level = NGX_CONF_UNSET_UINT;
    slots->access_lifetime = NGX_CONF_UNSET;
    slots->refresh_lifetime = NGX_CONF_UNSET;
    slots->idle_timeout = NGX_CONF_UNSET;
    slots->absolute_timeout = NGX_CONF_UNSET;
    slots->resign = NGX_CONF_UNSET;
    slots->refresh_inline = NGX_CONF_UNSET;
    slots->live_connections = NGX_CONF_UNSET_UINT;
    slots->record = NGX_CONF_UNSET_UINT;
    slots->record_format = NGX_CONF_UNSET_UINT;
    slots->redis_database = NGX_CONF_UNSET;
    slots->redis_connect_timeout = NGX_CONF_UNSET_MSEC;
    slots->redis_timeout = NGX_CONF_UNSET_MSEC;
    slots->redis_connections = NGX_CONF_UNSET;
    slots->redis_ssl = NGX_CONF_UNSET;
    slots->redis_ssl_verify = NGX_CONF_UNSET;
    slots->sentinel.ssl = NGX_CONF_UNSET;
    slots->challenge = static_cast<ngx_http_complex_value_t*>(NGX_CONF_UNSET_PTR);
    slots->draft = make_in_pool<RealmDraft>(cf->temp_pool);
    slots->draft->realm = make_in_pool<Realm>(cf->pool);
    using session::Reason;
    for (const Reason reason : {Reason::malformed, Reason::expired, Reason::revoked, Reason::stale,
                                Reason::epoch, Reason::idle, Reason::replayed}) {
        slots->policy().clears.set(static_cast<std::size_t>(reason));
    }
    return slots;
}

void set_defaults(RealmSlots& slots) {
    default_to<time_t>(slots.leeway, NGX_CONF_UNSET, 0);
    default_to<size_t>(slots.zone_size, NGX_CONF_UNSET_SIZE, kDefaultZoneBytes);
    default_to<ngx_uint_t>(slots.deny, NGX_CONF_UNSET_UINT,
                           static_cast<ngx_uint_t>(session::Deny::automatic));
    default_to<ngx_uint_t>(slots.log_level, NGX_CONF_UNSET_UINT, NGX_LOG_NOTICE);
    default_to<ngx_int_t>(slots.redis_database, NGX_CONF_UNSET, 0);
    default_to(slots.redis_connect_timeout, NGX_CONF_UNSET_MSEC, kDefaultConnectTimeout);
    default_to(slots.redis_timeout, NGX_CONF_UNSET_MSEC, kDefaultTimeout);
    default_to<ngx_int_t>(slots.redis_connections, NGX_CONF_UNSET, 1);
    default_to<ngx_flag_t>(slots.redis_ssl, NGX_CONF_UNSET, 0);
    default_to<ngx_flag_t>(slots.sentinel.ssl, NGX_CONF_UNSET, slots.redis_ssl);
    default_to<ngx_flag_t>(slots.redis_ssl_verify, NGX_CONF_UNSET, 1);
}

char* read_name(ngx_conf_t* cf, const MainSettings& settings, std::string& name) {
    name = argument(cf, 1);
    for (const char byte : name) {
        if (ngx_strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", byte) ==
            nullptr) {
            return fail_value(cf, name,
                              "the name of a realm is letters, digits, \"_\", \".\" and \"-\"");
        }
    }
    if (name.empty() || name == "off") {
        return fail_value(cf, name, "choose another name for the realm");
    }
    if (settings.find(name) != nullptr) {
        return fail(cf, "duplicate \"session_realm " + name + "\", each needs a name of its own");
    }
    return ok();
}

// Reads the block's directives: in a context of its own, in which "include" works too.
char* parse_block(ngx_conf_t* cf, RealmSlots* slots) {
    const ngx_conf_t saved = *cf;
    const auto* outer = static_cast<ngx_http_conf_ctx_t*>(cf->ctx);
    auto** locations =
        static_cast<void**>(ngx_pcalloc(cf->temp_pool, sizeof(void*) * ngx_http_max_module));
    if (locations == nullptr) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    locations[ngx_http_auth_session_module.ctx_index] = slots;
    ngx_http_conf_ctx_t context = {outer->main_conf, outer->srv_conf, locations};
    cf->ctx = &context;
    cf->cmd_type = kRealmConf | NGX_MAIN_CONF;
    char* const result = ngx_conf_parse(cf, nullptr);
    *cf = saved;
    return result;
}

void add_default_sources(RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    if (!policy.sources.empty()) {
        return;
    }
    using Kind = session::TokenSource::Kind;
    if (policy.cookie) {
        session::TokenSource source;
        source.kind = Kind::cookie;
        source.name = policy.cookie->name;
        source.label = "cookie:" + policy.cookie->name;
        policy.sources.push_back(source);
    }
    session::TokenSource bearer;
    bearer.label = "bearer";
    policy.sources.push_back(bearer);
    slots.realm().source_variables.assign(policy.sources.size(), NGX_ERROR);
}

// Ids that nobody has signed need none.
bool needs_keys(const session::Policy& policy) {
    using Source = session::TokenSource;
    return policy.sources.empty() ||
           std::any_of(policy.sources.begin(), policy.sources.end(), [](const Source& source) {
               return source.format != Source::Format::opaque ||
                      source.signed_by != Source::Signed::no;
           });
}

char* finish_rules(ngx_conf_t* cf, RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    if (policy.keyring.empty() && needs_keys(policy)) {
        return fail(cf, "realm \"" + policy.realm + "\" has no keys, add \"key\" or \"key_set\"");
    }
    policy.rules.issuer = view(slots.issuer);
    if (slots.issuer.data != nullptr && slots.issuer.len == 0) {
        return fail(cf, "invalid value \"\" in \"issuer\", leave it out where any issuer is good");
    }
    policy.rules.leeway = slots.leeway;
    if (slots.max_age != NGX_CONF_UNSET) {
        policy.rules.max_age = slots.max_age;
    }
    policy.deny = static_cast<session::Deny>(slots.deny);
    if (policy.deny == session::Deny::redirect && policy.login.url.empty()) {
        return fail(cf, "\"deny redirect\" in realm \"" + policy.realm +
                            "\" has nowhere to redirect to, add \"login\"");
    }
    add_default_sources(slots);
    return ok();
}

char* finish(ngx_conf_t* cf, RealmSlots& slots) {
    if (finish_rules(cf, slots) != ok() || finish_store(cf, slots) != ok() ||
        finish_state(cf, slots) != ok() || finish_ids(cf, slots) != ok() ||
        finish_sessions(cf, slots) != ok() || finish_formats(cf, slots) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    Realm& realm = slots.realm();
    close_with_configuration(cf, realm);
    const std::string fingerprint = session::fingerprint_of(realm.policy);
    realm.fingerprint =
        fingerprint.empty() ? "" : session::hash_of(fingerprint + realm.server_identity);
    for (session::TokenSource& source : realm.policy.sources) {
        source.fingerprint = session::fingerprint_of(source, realm.fingerprint);
    }
    realm.log_level = slots.log_level;
    realm.challenge = slots.challenge == NGX_CONF_UNSET_PTR ? nullptr : slots.challenge;
    return add_zone(cf, realm, slots.zone_size);
}

}  // namespace

ngx_conf_enum_t kDenyWords[] = {
    {ngx_string("auto"), static_cast<ngx_uint_t>(session::Deny::automatic)},
    {ngx_string("redirect"), static_cast<ngx_uint_t>(session::Deny::redirect)},
    {ngx_string("status"), static_cast<ngx_uint_t>(session::Deny::status)},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kRecordWords[] = {
    {ngx_string("off"), 0},
    {ngx_string("require"), 1},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kLiveWords[] = {
    {ngx_string("end"), end_live},
    {ngx_string("keep"), keep_live},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kRecordFormatWords[] = {
    {ngx_string("session"), static_cast<ngx_uint_t>(session::RecordFormat::session)},
    {ngx_string("connect-redis"), static_cast<ngx_uint_t>(session::RecordFormat::connect_redis)},
    {ngx_null_string, 0},
};

ngx_conf_enum_t kLogLevelWords[] = {
    {ngx_string("info"), NGX_LOG_INFO},
    {ngx_string("notice"), NGX_LOG_NOTICE},
    {ngx_string("warn"), NGX_LOG_WARN},
    {ngx_string("error"), NGX_LOG_ERR},
    {ngx_null_string, 0},
};

bool is_duplicate(ngx_conf_t* cf, RealmSlots& slots) {
    return !slots.draft->seen.emplace(argument(cf, 0)).second;
}

char* fail_where_set(ngx_conf_t* cf, std::initializer_list<Written> directives,
                     const char* remedy) {
    for (const Written& written : directives) {
        if (written.is_set) {
            return fail(cf, "\"" + std::string(written.directive) + "\" has no effect, " + remedy);
        }
    }
    return ok();
}

Realm* MainSettings::find(std::string_view name) const {
    for (Realm* realm : realms) {
        if (realm->policy.realm == name) {
            return realm;
        }
    }
    return nullptr;
}

void* create_main_settings(ngx_conf_t* cf) noexcept {
    return guarded(cf->log, static_cast<void*>(nullptr),
                   [cf]() -> void* { return make_in_pool<MainSettings>(cf->pool); });
}

char* set_session_realm(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& settings = *static_cast<MainSettings*>(conf);
        RealmSlots& slots = *make_slots(cf);
        if (read_name(cf, settings, slots.policy().realm) != ok() ||
            parse_block(cf, &slots) != ok() || check_redis(cf, slots) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        set_defaults(slots);
        if (finish(cf, slots) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        settings.realms.push_back(&slots.realm());
        return ok();
    });
}

}  // namespace nginx
