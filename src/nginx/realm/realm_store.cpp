// "revocation" and "store_error": what the store is asked and what its silence means.
#include "../../session/hash.hpp"
#include "../../session/keys.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr std::int64_t kShortestStale = 100;  // ms

void identify_server(Realm& realm) {
    realm.server_identity.clear();
    for (const RedisPlace& place : realm.redis_places) {
        realm.server_identity += place.name + '\n';
    }
    realm.server_identity += realm.master + '\n' + std::to_string(realm.redis->database) + '\n' +
                             realm.policy.store_prefix + '\n';
    realm.server_number = session::digest_of(realm.server_identity, "")[0] | 1;
    realm.epoch_digest = session::digest_of(realm.server_identity,
                                            session::epoch_key(realm.policy.store_prefix, ""));
}

}  // namespace

char* set_revocation(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    static constexpr std::pair<std::string_view, session::Revocation> kModes[] = {
        {"cached", session::Revocation::cached},
        {"strict", session::Revocation::strict},
        {"off", session::Revocation::off},
    };
    bool known = false;
    for (const auto& [word, mode] : kModes) {
        if (argument(cf, 1) == word) {
            slots.policy().revocation = mode;
            known = true;
        }
    }
    if (!known) {
        return fail_value(cf, argument(cf, 1), "use cached, strict or off");
    }
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        const auto max_stale = parameter(argument(cf, i), "max_stale");
        const auto time = max_stale ? parse_milliseconds(*max_stale) : std::nullopt;
        if (!time || *time < kShortestStale ||
            slots.policy().revocation != session::Revocation::cached) {
            return fail_value(cf, argument(cf, i),
                              "\"cached\" takes max_stale=TIME, such as 2s, not less than 100ms");
        }
        slots.policy().max_stale_ms = *time;
    }
    return ok();
}

char* set_store_error(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    const bool allow = argument(cf, 1) == "allow";
    if (!allow && argument(cf, 1) != "deny") {
        return fail_value(cf, argument(cf, 1), "use deny or allow");
    }
    slots.policy().store_error = allow ? session::StoreError::allow : session::StoreError::deny;
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        const auto last_known = parameter(argument(cf, i), "last_known");
        const auto time = last_known && allow ? parse_milliseconds(*last_known) : std::nullopt;
        if (!time) {
            return fail_value(cf, argument(cf, i), "\"allow\" takes last_known=TIME, such as 60s");
        }
        slots.realm().last_known_ms = static_cast<ngx_msec_t>(*time);
    }
    return ok();
}

char* finish_store(ngx_conf_t* cf, RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    if (slots.redis_prefix.data != nullptr) {
        policy.store_prefix = view(slots.redis_prefix);
    }
    if (!slots.realm().redis) {
        // The zone is the store: "strict" and "cached" are the same.
        if (policy.revocation == session::Revocation::strict) {
            policy.revocation = session::Revocation::cached;
        }
        return ok();
    }
    slots.realm().redis_connections = static_cast<ngx_uint_t>(slots.redis_connections);
    if (finish_redis(cf, slots) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    identify_server(slots.realm());
    return ok();
}

}  // namespace nginx
