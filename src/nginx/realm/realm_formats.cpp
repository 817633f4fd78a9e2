// Places whose tokens have a form of their own: what the form needs of the realm.
#include <utility>

#include "../../session/source_keys.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

using Source = session::TokenSource;

std::string described(const Source& source) {
    const bool nextauth = source.format == Source::Format::nextauth;
    return "token \"" + source.label + "\" with format=" + (nextauth ? "nextauth" : "authjs");
}

char* derive_all(ngx_conf_t* cf, const session::Policy& policy, Source& source) {
    auto keys = session::derive_keys(policy, source);
    if (!keys) {
        return fail(cf, described(source) + " in realm \"" + policy.realm +
                            "\": OpenSSL derives no keys, check its configuration");
    }
    if (keys->empty()) {
        return fail(cf, described(source) + " in realm \"" + policy.realm +
                            "\" needs an HMAC key, add \"key ID file=PATH\" with the secret of the "
                            "application");
    }
    source.keys = std::move(*keys);
    return ok();
}

// What would put a signed token where an encrypted one is read.
char* check_own_cookie(ngx_conf_t* cf, const RealmSlots& slots) {
    const session::Policy& policy = slots.draft->realm->policy;
    const Source* source = policy.own_source();
    if (source == nullptr || !source->encrypted()) {
        return ok();
    }
    for (const auto& [directive, written] : {
             std::pair("refresh_cookie", policy.refresh_cookie.has_value()),
             std::pair("renew", policy.renew_below != 0),
             std::pair("resign", slots.resign == 1),
         }) {
        if (written) {
            return fail(cf, "\"" + std::string(directive) + "\" in realm \"" + policy.realm +
                                "\" is for signed tokens, leave it out beside " +
                                described(*source));
        }
    }
    return ok();
}

}  // namespace

char* finish_formats(ngx_conf_t* cf, RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    for (Source& source : policy.sources) {
        if (source.encrypted() && derive_all(cf, policy, source) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    return check_own_cookie(cf, slots);
}

}  // namespace nginx
