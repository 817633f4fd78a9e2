#include "location.hpp"

#include "../module.hpp"
#include "conf.hpp"
#include "realm_block.hpp"

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

bool find_realms(ngx_conf_t* cf, Location& location) {
    const RealmName& named = location.auth_session;
    if (named.name.data != nullptr && view(named.name) != "off") {
        Realm* realm = find_realm(cf, named, "auth_session");
        if (realm == nullptr) {
            return false;
        }
        realm->used = true;
        location.realm = realm;
    }
    const ngx_array_t* names = location.status_realms;
    for (ngx_uint_t i = 0; names != nullptr && i < names->nelts; ++i) {
        if (!find_realm(cf, static_cast<RealmName*>(names->elts)[i], "session_status")) {
            return false;
        }
    }
    return true;
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

RealmName read_realm_name(ngx_conf_t* cf, std::size_t index) {
    return {static_cast<ngx_str_t*>(cf->args->elts)[index], cf->conf_file->file.name.data,
            cf->conf_file->line};
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
        if (location.auth_session.name.data == nullptr) {
            location.auth_session = outer.auth_session;
        }
        if (!find_realms(cf, location)) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
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
