// Places whose tokens have a form of their own: what the form needs of the realm.
#include "../jwt/derived_key.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

using Source = session::TokenSource;

constexpr const char* kAuthjsCookies[] = {"authjs.session-token", "__Secure-authjs.session-token"};

std::string described(const Source& source) {
    const bool nextauth = source.format == Source::Format::nextauth;
    return "token \"" + source.label + "\" with format=" + (nextauth ? "nextauth" : "authjs");
}

// Auth.js makes its key for a cookie of one name. A token that comes otherwise was made for one of
// the realm's such cookies, or for one of the names that the library itself chooses.
std::vector<std::string> cookies_of(const session::Policy& policy, const Source& own) {
    if (own.kind == Source::Kind::cookie) {
        return {own.name};
    }
    std::vector<std::string> names;
    for (const Source& source : policy.sources) {
        if (source.kind == Source::Kind::cookie && source.format == Source::Format::authjs) {
            names.push_back(source.name);
        }
    }
    if (names.empty()) {
        names.assign(std::begin(kAuthjsCookies), std::end(kAuthjsCookies));
    }
    return names;
}

// The key at that place of the keyring as the source's tokens have it; false where OpenSSL fails.
bool derive_keys(const session::Policy& policy, std::size_t place, Source& source) {
    const jwt::Key& key = policy.keyring.keys()[place];
    if (source.format == Source::Format::nextauth) {
        auto derived = jwt::derive_nextauth(key, place);
        if (derived) {
            source.keys.push_back(std::move(*derived));
        }
        return derived.has_value();
    }
    for (const std::string& name : cookies_of(policy, source)) {
        auto derived = jwt::derive_authjs(key, place, name);
        if (!derived) {
            return false;
        }
        source.keys.push_back(std::move(*derived));
    }
    return true;
}

char* derive_all(ngx_conf_t* cf, session::Policy& policy, Source& source) {
    const std::vector<jwt::Key>& keys = policy.keyring.keys();
    for (std::size_t place = 0; place < keys.size(); ++place) {
        if (keys[place].algorithm().type == jwt::KeyType::hmac &&
            !derive_keys(policy, place, source)) {
            return fail(cf, described(source) + " in realm \"" + policy.realm +
                                "\": OpenSSL derives no key from \"" + keys[place].id() +
                                "\", check its configuration");
        }
    }
    if (source.keys.empty()) {
        return fail(cf, described(source) + " in realm \"" + policy.realm +
                            "\" needs an HMAC key, add \"key ID file=PATH\" with the secret of the "
                            "application");
    }
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
