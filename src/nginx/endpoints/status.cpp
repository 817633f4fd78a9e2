#include "status.hpp"

#include <string>
#include <vector>

#include "../../module.hpp"
#include "../../session/reason.hpp"
#include "../conf.hpp"
#include "../headers.hpp"
#include "../location.hpp"
#include "../realm_block.hpp"
#include "../zone.hpp"

namespace nginx {
namespace {

// `"name":value`; every name here is a word without quotes.
std::string member(std::string_view name, const std::string& value) {
    return "\"" + std::string(name) + "\":" + value;
}

std::string member(std::string_view name, const Counter& counter) {
    return member(name, std::to_string(counter.load(std::memory_order_relaxed)));
}

std::string object(const std::vector<std::string>& members) {
    std::string text = "{";
    for (const std::string& one : members) {
        text += text.size() == 1 ? "" : ",";
        text += one;
    }
    return text + "}";
}

std::string seconds(std::uint64_t milliseconds) {
    const std::string fraction = std::to_string(milliseconds % 1000);
    return std::to_string(milliseconds / 1000) + "." + std::string(3 - fraction.size(), '0') +
           fraction;
}

std::string requests(const Counters& counts) {
    std::vector<std::string> members;
    for (std::size_t i = 0; i < session::kReasons; ++i) {
        members.push_back(
            member(session::name(static_cast<session::Reason>(i)), counts.requests[i]));
    }
    return object(members);
}

std::string table(std::size_t used, std::size_t capacity) {
    return object({
        member("used", std::to_string(used)),
        member("capacity", std::to_string(capacity)),
    });
}

std::string cache(const Realm& realm) {
    const Counters& counts = counters(realm);
    const cache::TokenTable tokens = tokens_of(realm);
    const cache::AnswerTable answers = answers_of(realm);
    return object({
        member("hits", counts.hits),
        member("misses", counts.misses),
        member("tokens", table(tokens.used(), tokens.capacity())),
        member("answers", table(answers.used(), answers.capacity())),
    });
}

// "coherent": what is known is proven; "tracking": the server tells what changes; "age": of the
// proof, in seconds, null without one.
std::string coherence(const Realm& realm) {
    const cache::Coherence& state = zone_of(realm).coherence;
    const std::uint64_t proven = state.proven.load(std::memory_order_acquire);
    const bool tracking = state.untracked.load(std::memory_order_acquire) == 0 && proven != 0;
    const std::uint64_t age = ngx_current_msec > proven ? ngx_current_msec - proven : 0;
    const bool coherent = cache::is_proven(state, realm.server_number, ngx_current_msec,
                                           static_cast<std::uint64_t>(realm.policy.max_stale_ms));
    return object({
        member("coherent", coherent ? "true" : "false"),
        member("tracking", tracking ? "true" : "false"),
        member("age", tracking ? seconds(age) : "null"),
    });
}

std::string realm_object(const Realm& realm) {
    const Counters& counts = counters(realm);
    return object({
        member("requests", requests(counts)),
        member("fallback", counts.fallback),
        member("unchecked", counts.unchecked),
        member("issued", counts.issued),
        member("renewed", counts.renewed),
        member("resigned", counts.resigned),
        member("refreshed", counts.refreshed),
        member("replayed", counts.replayed),
        member("logouts", counts.logouts),
        member("store", object({member("requests", object({
                                                       member("answered", counts.answered),
                                                       member("unanswered", counts.unanswered),
                                                   }))})),
        member("cache", cache(realm)),
        member("coherence", coherence(realm)),
    });
}

std::string status(const MainSettings& settings, const ngx_array_t* names) {
    std::vector<std::string> realms;
    for (const Realm* realm : settings.realms) {
        bool wanted = names == nullptr;
        for (ngx_uint_t i = 0; !wanted && i < names->nelts; ++i) {
            wanted = view(static_cast<RealmName*>(names->elts)[i].name) == realm->policy.realm;
        }
        if (wanted) {
            realms.push_back(member(realm->policy.realm, realm_object(*realm)));
        }
    }
    return object({member("realms", object(realms))}) + "\n";
}

ngx_int_t answer(ngx_http_request_t* r) {
    if ((r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) {
        return NGX_HTTP_NOT_ALLOWED;
    }
    const auto& settings =
        *static_cast<MainSettings*>(ngx_http_get_module_main_conf(r, ngx_http_auth_session_module));
    add_header(r, "Cache-Control", "no-store");
    ngx_str_t type = ngx_string("application/json");
    ngx_http_complex_value_t body = {};
    body.value = copy(r->pool, status(settings, location_of(r).status_realms));
    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &body);
}

ngx_int_t status_handler(ngx_http_request_t* r) noexcept {
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR),
                   [r] { return answer(r); });
}

}  // namespace

char* set_session_status(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& location = *static_cast<Location*>(conf);
        if (location.has_status) {
            return duplicate();
        }
        if (location.endpoint_name.data != nullptr) {
            return fail(cf,
                        "\"session_status\" needs a location of its own, another directive answers "
                        "here already");
        }
        location.has_status = true;
        if (argument_count(cf) > 1) {
            location.status_realms =
                ngx_array_create(cf->pool, argument_count(cf), sizeof(RealmName));
            if (location.status_realms == nullptr) {
                return static_cast<char*>(NGX_CONF_ERROR);
            }
        }
        for (std::size_t i = 1; i < argument_count(cf); ++i) {
            *static_cast<RealmName*>(ngx_array_push(location.status_realms)) =
                read_realm_name(cf, i);
        }
        auto* core = static_cast<ngx_http_core_loc_conf_t*>(
            ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
        core->handler = status_handler;
        return ok();
    });
}

}  // namespace nginx
