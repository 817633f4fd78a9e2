#include "location.hpp"

#include <initializer_list>
#include <string>

#include "../module.hpp"
#include "../session/opaque_id.hpp"
#include "conf.hpp"
#include "realm/realm_block.hpp"

namespace nginx {
namespace {

// The realm of that name, or null after an error was logged.
Realm* find_realm(ngx_conf_t* cf, const RealmName& name, const char* directive) {
    const auto* settings = static_cast<MainSettings*>(
        ngx_http_conf_get_module_main_conf(cf, ngx_http_auth_session_module));
    Realm* realm = settings->find(view(name.name));
    if (realm == nullptr) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "unknown session realm \"%V\" in \"%s\" in %s:%ui, declare it with "
                      "\"session_realm\" in \"http\"",
                      &name.name, directive, name.file, name.line);
    }
    return realm;
}

struct Need {
    bool met;
    const char* remedy;
};

// Whether the realm has what a directive needs; else an error was logged.
bool has_all(ngx_conf_t* cf, const RealmName& name, const char* directive,
             std::initializer_list<Need> needs) {
    for (const Need& need : needs) {
        if (!need.met) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"%s %V\" in %s:%ui cannot work, %s in the realm", directive, &name.name,
                          name.file, name.line, need.remedy);
            return false;
        }
    }
    return true;
}

bool find_issue(ngx_conf_t* cf, RealmUse& issue) {
    if (issue.named.name.data == nullptr || view(issue.named.name) == "off") {
        return true;
    }
    Realm* realm = find_realm(cf, issue.named, "session_issue");
    if (realm == nullptr) {
        return false;
    }
    issue.realm = realm;
    realm->used = true;
    const session::Policy& policy = realm->policy;
    return has_all(cf, issue.named, "session_issue",
                   {{policy.cookie.has_value(), "add \"cookie\""},
                    {policy.record_format == session::RecordFormat::session,
                     "leave out \"record_format connect-redis\""},
                    {session::can_issue(policy),
                     "put a key that signs, an HMAC secret or a private key, first"}});
}

bool find_endpoint(ngx_conf_t* cf, Location& location) {
    RealmUse& endpoint = location.endpoint;
    if (endpoint.named.name.data == nullptr) {
        return true;
    }
    const std::string directive(view(location.endpoint_name));
    Realm* realm = find_realm(cf, endpoint.named, directive.c_str());
    if (realm == nullptr) {
        return false;
    }
    endpoint.realm = realm;
    realm->used = true;
    const session::Policy& policy = realm->policy;
    const bool refreshes = directive == "session_refresh";
    const bool receives = directive == "session_backchannel_logout";
    return has_all(
        cf, endpoint.named, directive.c_str(),
        {{!receives || !policy.rules.issuer.empty(), "add \"issuer\""},
         {!receives || !policy.rules.audience.empty(), "add \"audience\""},
         {!receives || policy.rules.names.subject == "sub", "leave out \"subject=\" of \"claims\""},
         {!refreshes || policy.refresh_cookie, "add \"refresh_cookie\""},
         {!refreshes || policy.keyring.signing_key(0) != nullptr,
          "put a key that signs, an HMAC secret or a private key, first"}});
}

bool find_enforced(ngx_conf_t* cf, Location& location) {
    const RealmName& named = location.auth_session;
    if (named.name.data == nullptr || view(named.name) == "off") {
        return true;
    }
    Realm* realm = find_realm(cf, named, "auth_session");
    if (realm == nullptr) {
        return false;
    }
    location.realm = realm;
    realm->used = true;
    const session::Policy& policy = realm->policy;
    return !policy.refresh_inline ||
           has_all(cf, named, "auth_session",
                   {{policy.keyring.signing_key(0) != nullptr,
                     "put a key that signs first, or leave out \"refresh_inline\""}});
}

bool find_realms(ngx_conf_t* cf, Location& location) {
    const ngx_array_t* names = location.status_realms;
    for (ngx_uint_t i = 0; names != nullptr && i < names->nelts; ++i) {
        if (!find_realm(cf, static_cast<RealmName*>(names->elts)[i], "session_status")) {
            return false;
        }
    }
    return find_enforced(cf, location) && find_issue(cf, location.issue) &&
           find_endpoint(cf, location);
}

// Of the server whose locations are being merged.
void note_use(ngx_conf_t* cf, const Location& location) {
    auto* server =
        static_cast<Server*>(ngx_http_conf_get_module_srv_conf(cf, ngx_http_auth_session_module));
    server->uses_realm = server->uses_realm || location.any_realm() != nullptr;
}

char* read_requirement(ngx_conf_t* cf, Requirement& requirement) {
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        std::string_view text = argument(cf, i);
        if (const auto status = parameter(text, "error")) {
            if (*status != "401" && *status != "403") {
                return fail_value(cf, text, "\"error\" is 401 or 403");
            }
            requirement.status = *status == "401" ? NGX_HTTP_UNAUTHORIZED : NGX_HTTP_FORBIDDEN;
            continue;
        }
        if (text.size() < 2 || text.front() != '$') {
            return fail_value(cf, text, "use variables, such as $session_claim_admin");
        }
        text.remove_prefix(1);
        ngx_str_t name = copy(cf->pool, text);
        const ngx_int_t index = ngx_http_get_variable_index(cf, &name);
        auto* slot = static_cast<ngx_int_t*>(ngx_array_push(requirement.variables));
        if (index == NGX_ERROR || slot == nullptr) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        *slot = index;
    }
    return requirement.variables->nelts != 0 ? ok()
                                             : fail(cf,
                                                    "\"auth_session_require\" names no variable, "
                                                    "add one such as $session_claim_admin");
}

}  // namespace

ngx_conf_enum_t kModeWords[] = {
    {ngx_string("require"), static_cast<ngx_uint_t>(Mode::require)},
    {ngx_string("verify"), static_cast<ngx_uint_t>(Mode::verify)},
    {ngx_null_string, 0},
};

const Location& location_of(ngx_http_request_t* r) {
    return *static_cast<Location*>(ngx_http_get_module_loc_conf(r, ngx_http_auth_session_module));
}

const Server& server_of(ngx_http_request_t* r) {
    return *static_cast<Server*>(ngx_http_get_module_srv_conf(r, ngx_http_auth_session_module));
}

RealmName read_realm_name(ngx_conf_t* cf, std::size_t index) {
    return {static_cast<ngx_str_t*>(cf->args->elts)[index], cf->conf_file->file.name.data,
            cf->conf_file->line};
}

void* create_server(ngx_conf_t* cf) noexcept {
    return ngx_pcalloc(cf->pool, sizeof(Server));
}

void* create_location(ngx_conf_t* cf) noexcept {
    auto* location = static_cast<Location*>(ngx_pcalloc(cf->pool, sizeof(Location)));
    if (location == nullptr) {
        return nullptr;
    }
    location->dry_run = NGX_CONF_UNSET;
    location->mode = NGX_CONF_UNSET_UINT;
    location->requirements = static_cast<ngx_array_t*>(NGX_CONF_UNSET_PTR);
    return location;
}

char* merge_location(ngx_conf_t* cf, void* parent, void* child) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        const auto& outer = *static_cast<Location*>(parent);
        auto& location = *static_cast<Location*>(child);
        // An endpoint judges its requests itself: a logout needs no valid session.
        if (location.auth_session.name.data == nullptr &&
            location.endpoint.named.name.data == nullptr) {
            location.auth_session = outer.auth_session;
        }
        if (location.issue.named.name.data == nullptr) {
            location.issue.named = outer.issue.named;
        }
        if (!find_realms(cf, location)) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        note_use(cf, location);
        ngx_conf_merge_value(location.dry_run, outer.dry_run, 0);
        ngx_conf_merge_uint_value(location.mode, outer.mode,
                                  static_cast<ngx_uint_t>(Mode::require));
        ngx_conf_merge_ptr_value(location.requirements, outer.requirements, nullptr);
        return ok();
    });
}

char* set_auth_session(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    auto& location = *static_cast<Location*>(conf);
    if (location.auth_session.name.data != nullptr) {
        return duplicate();
    }
    location.auth_session = read_realm_name(cf, 1);
    return NGX_CONF_OK;
}

char* set_session_issue(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    RealmUse& issue = static_cast<Location*>(conf)->issue;
    if (issue.named.name.data != nullptr) {
        return duplicate();
    }
    issue.named = read_realm_name(cf, 1);
    return NGX_CONF_OK;
}

char* set_endpoint(ngx_conf_t* cf, Location& location, ngx_http_handler_pt handler) {
    auto* core = static_cast<ngx_http_core_loc_conf_t*>(
        ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
    if (location.endpoint_name.data != nullptr || core->handler != nullptr) {
        return fail(cf, "\"" + std::string(argument(cf, 0)) +
                            "\" needs a location of its own, another directive answers here "
                            "already");
    }
    location.endpoint_name = copy(cf->pool, argument(cf, 0));
    location.endpoint.named = read_realm_name(cf, 1);
    core->handler = handler;
    return ok();
}

char* set_auth_session_require(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& location = *static_cast<Location*>(conf);
        if (location.requirements == NGX_CONF_UNSET_PTR) {
            location.requirements = ngx_array_create(cf->pool, 1, sizeof(Requirement));
            if (location.requirements == nullptr) {
                return static_cast<char*>(NGX_CONF_ERROR);
            }
        }
        auto* requirement = static_cast<Requirement*>(ngx_array_push(location.requirements));
        if (requirement == nullptr) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        requirement->status = NGX_HTTP_FORBIDDEN;
        requirement->variables = ngx_array_create(cf->pool, 1, sizeof(ngx_int_t));
        if (requirement->variables == nullptr) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        return read_requirement(cf, *requirement);
    });
}

}  // namespace nginx
