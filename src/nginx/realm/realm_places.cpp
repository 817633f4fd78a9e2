// "redis": where the nodes are, or the sentinels.
#include <algorithm>
#include <cstring>

#include "../redis/redis_address.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr in_port_t kRedisPort = 6379;
constexpr in_port_t kSentinelPort = 26379;

ngx_url_t url_of(ngx_conf_t* cf, const std::string& address) {
    ngx_url_t url = {};
    url.url = copy(cf->pool, address);
    url.default_port = kRedisPort;
    return url;
}

char* fail_address(ngx_conf_t* cf, const std::string& address, const ngx_url_t& url,
                   const char* remedy) {
    return fail(cf, "invalid address \"" + address + "\" in \"redis\"" +
                        (url.err == nullptr ? "" : std::string(": ") + url.err) + ", " + remedy);
}

RedisAddress resolved(const ngx_addr_t& address) {
    RedisAddress own{};
    own.length = address.socklen;
    std::memcpy(&own.socket, address.sockaddr, address.socklen);
    own.name = view(address.name);
    return own;
}

char* read_place(ngx_conf_t* cf, const std::string& address, RedisPlace& place) {
    ngx_url_t url = url_of(cf, address);
    url.no_resolve = 1;
    if (ngx_parse_url(cf->pool, &url) != NGX_OK || url.uri.len != 0) {
        return fail_address(cf, address, url, "use HOST:PORT or unix:/PATH");
    }
    place.name = address;
    if (url.family == AF_UNIX) {
        place.addresses.push_back(resolved(url.addrs[0]));
        return ok();
    }
    place.host = view(url.host);
    if (place.host.size() > 1 && place.host.front() == '[') {
        place.host = place.host.substr(1, place.host.size() - 2);
    }
    place.ssl_name = place.host;
    place.port = url.port;
    place.has_port = url.no_port == 0;
    if (auto literal = literal_address(place.host, place.port)) {
        place.addresses.push_back(std::move(*literal));
    } else {
        place.is_name = true;
    }
    return ok();
}

// Only one that stands before the realm is known by now; a later one is asked in addition.
bool has_resolver(ngx_conf_t* cf) {
    const auto* http =
        reinterpret_cast<ngx_http_conf_ctx_t*>(ngx_get_conf(cf->cycle->conf_ctx, ngx_http_module));
    const auto* core =
        static_cast<ngx_http_core_loc_conf_t*>(http->loc_conf[ngx_http_core_module.ctx_index]);
    return core->resolver != nullptr && core->resolver->connections.nelts > 0;
}

char* resolve(ngx_conf_t* cf, RedisPlace& place) {
    ngx_url_t url = url_of(cf, place.name);
    if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
        return fail_address(
            cf, place.name, url,
            "use a name that can be resolved, or put \"resolver\" before the realm");
    }
    std::transform(url.addrs, url.addrs + url.naddrs, std::back_inserter(place.addresses),
                   resolved);
    return ok();
}

void move_to_port(RedisPlace& place, in_port_t port) {
    place.port = port;
    for (RedisAddress& address : place.addresses) {
        address = address_of(address.socket.sockaddr, address.length, port);
    }
}

}  // namespace

char* set_redis(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    Realm& realm = slots.realm();
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        RedisPlace& place = realm.redis_places.emplace_back();
        if (read_place(cf, std::string(argument(cf, i)), place) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    realm.redis = std::make_shared<RedisServer>();
    return ok();
}

char* finish_places(ngx_conf_t* cf, RealmSlots& slots) {
    Realm& realm = slots.realm();
    const bool later = has_resolver(cf);
    for (RedisPlace& place : realm.redis_places) {
        if (place.is_name && !later && resolve(cf, place) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
        if (realm.topology == Topology::sentinel && !place.has_port) {
            move_to_port(place, kSentinelPort);
        }
    }
    realm.cycle = cf->cycle;
    static_cast<RedisPlace&>(*realm.redis) = realm.redis_places.front();
    return ok();
}

}  // namespace nginx
