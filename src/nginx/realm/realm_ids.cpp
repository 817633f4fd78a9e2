// Sources of opaque ids and "record_format": what they need of the rest of the realm.
#include <algorithm>

#include "realm_slots.hpp"

namespace nginx {
namespace {

using Source = session::TokenSource;

bool has_signed(const session::Policy& policy) {
    return std::any_of(policy.sources.begin(), policy.sources.end(),
                       [](const Source& source) { return source.signed_by != Source::Signed::no; });
}

bool has_secret(const session::Policy& policy) {
    const std::vector<jwt::Key>& keys = policy.keyring.keys();
    return std::any_of(keys.begin(), keys.end(),
                       [](const jwt::Key& key) { return key.signs_cookies(); });
}

}  // namespace

char* finish_ids(ngx_conf_t* cf, RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    const std::string realm = " in realm \"" + policy.realm + "\" ";
    const bool written = slots.record_format != NGX_CONF_UNSET_UINT;
    if (written) {
        policy.record_format = static_cast<session::RecordFormat>(slots.record_format);
    }
    if (written && !policy.has_opaque()) {
        return fail(cf, "\"record_format\"" + realm +
                            "has no effect without opaque ids, add \"token\" with "
                            "\"format=opaque\"");
    }
    if (policy.record_format == session::RecordFormat::connect_redis && !slots.realm().redis) {
        return fail(cf, "\"record_format connect-redis\"" + realm +
                            "has no Redis to find sessions in, add \"redis\"");
    }
    if (has_signed(policy) && !has_secret(policy)) {
        return fail(cf, "\"signed=\"" + realm +
                            "needs an HMAC secret, add a \"key\" with the one the application "
                            "signs its cookies with");
    }
    if (policy.issues_opaque() && policy.refresh_cookie) {
        return fail(cf, "\"refresh_cookie\"" + realm + "has nothing to refresh: \"" +
                            policy.cookie->name +
                            "\" is an opaque id, leave it out and use \"renew\"");
    }
    return ok();
}

}  // namespace nginx
