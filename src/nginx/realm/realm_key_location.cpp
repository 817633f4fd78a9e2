// "key_set location=": where the set is fetched, and how long it is good.
#include "../../session/hash.hpp"
#include "../../session/return_url.hpp"
#include "../key_location/key_station.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kRefresh = ngx_msec_t{10} * 60 * 1000;
constexpr ngx_msec_t kKeep = ngx_msec_t{24} * 3600 * 1000;

char* read_span(ngx_conf_t* cf, std::string_view text, ngx_msec_t& span) {
    const auto seconds = parse_time(text);
    if (!seconds || *seconds <= 0) {
        return fail_value(cf, text, "use a time such as 10m or 24h");
    }
    span = static_cast<ngx_msec_t>(*seconds) * 1000;
    return ok();
}

char* read_uri(ngx_conf_t* cf, std::string_view text, KeyLocation& location) {
    const std::size_t mark = std::min(text.find('?'), text.size());
    location.uri = text.substr(0, mark);
    location.arguments = text.substr(std::min(mark + 1, text.size()));
    if (!session::is_local_path(text) || text.find('#') != std::string_view::npos) {
        return fail_value(cf, text,
                          "name a location of the servers that use the realm, such as /jwks");
    }
    const auto digest = session::digest_of("key_set", text);
    location.identity = {digest[0], digest[1]};
    return ok();
}

char* read_parameter(ngx_conf_t* cf, std::string_view text, KeyLocation& location) {
    if (const auto uri = parameter(text, "location")) {
        return read_uri(cf, *uri, location);
    }
    if (const auto refresh = parameter(text, "refresh")) {
        return read_span(cf, *refresh, location.refresh);
    }
    if (const auto keep = parameter(text, "keep")) {
        return read_span(cf, *keep, location.keep);
    }
    return fail_value(cf, text, "use location=, refresh= or keep=");
}

}  // namespace

char* set_key_location(ngx_conf_t* cf, RealmSlots& slots) {
    Realm& realm = slots.realm();
    if (realm.key_location) {
        return fail(
            cf, "realm \"" + realm.policy.realm + "\" has a second \"key_set location=\", use one");
    }
    KeyLocation location;
    location.refresh = kRefresh;
    location.keep = kKeep;
    if (check_parameters(cf, 1) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        if (read_parameter(cf, argument(cf, i), location) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    if (location.uri.empty()) {
        return fail(cf, "\"key_set\" with refresh= or keep= needs location=URI");
    }
    if (location.keep < location.refresh) {
        return fail(cf,
                    "\"key_set\": keep= is shorter than refresh=, keys would run out between "
                    "two fetches: use a longer keep= or a shorter refresh=");
    }
    realm.key_location = location;
    realm.policy.keyring.add_source(*make_in_pool<RealmKeySource>(cf->pool, realm));
    return ok();
}

}  // namespace nginx
