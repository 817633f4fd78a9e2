// "redis_topology sentinel" and "redis_sentinel_*": who knows the master.
#include <algorithm>

#include "realm_slots.hpp"
#include "realm_ssl.hpp"

namespace nginx {
namespace {

// As Sentinel has it.
bool is_master_name(std::string_view name) {
    constexpr std::string_view kBytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    return !name.empty() && name.find_first_not_of(kBytes) == std::string_view::npos;
}

SslWords ssl_words(const RealmSlots& slots) {
    SslWords words{};
    const SentinelSlots& own = slots.sentinel;
    words.directive = "redis_sentinel_ssl";
    words.trusted_directive = is_set(own.ssl_trusted_certificate)
                                  ? "redis_sentinel_ssl_trusted_certificate"
                                  : "redis_ssl_trusted_certificate";
    words.name = own.ssl_name;
    words.verify = slots.redis_ssl_verify != 0;
    words.trusted = is_set(own.ssl_trusted_certificate) ? own.ssl_trusted_certificate
                                                        : slots.redis_ssl_trusted_certificate;
    words.certificate = slots.redis_ssl_certificate;
    words.key = slots.redis_ssl_certificate_key;
    return words;
}

}  // namespace

char* set_sentinel(ngx_conf_t* cf, RealmSlots& slots) {
    if (argument_count(cf) < 3) {
        return fail_value(cf, argument(cf, 1), "name the master too, \"sentinel MASTER\"");
    }
    const std::string_view master = argument(cf, 2);
    if (!is_master_name(master)) {
        return fail_value(cf, master,
                          "use the name of a master as \"sentinel monitor\" has it: letters, "
                          "digits, \".\", \"-\" and \"_\"");
    }
    slots.realm().topology = Topology::sentinel;
    slots.realm().master = master;
    return ok();
}

char* check_sentinel(ngx_conf_t* cf, RealmSlots& slots) {
    const SentinelSlots& own = slots.sentinel;
    const std::initializer_list<Written> tls = {
        {"redis_sentinel_ssl_name", is_set(own.ssl_name)},
        {"redis_sentinel_ssl_trusted_certificate", is_set(own.ssl_trusted_certificate)},
    };
    if (slots.realm().topology != Topology::sentinel) {
        char* const said =
            fail_where_set(cf,
                           {
                               {"redis_sentinel_user", is_set(own.user)},
                               {"redis_sentinel_password_file", is_set(own.password_file)},
                               {"redis_sentinel_ssl", own.ssl != NGX_CONF_UNSET},
                           },
                           "add \"redis_topology sentinel MASTER\"");
        return said != ok() ? said
                            : fail_where_set(cf, tls, "add \"redis_topology sentinel MASTER\"");
    }
    const bool has_tls = own.ssl == NGX_CONF_UNSET ? slots.redis_ssl == 1 : own.ssl == 1;
    return has_tls ? ok() : fail_where_set(cf, tls, "add \"redis_sentinel_ssl on\"");
}

char* finish_sentinel(ngx_conf_t* cf, RealmSlots& slots) {
    Realm& realm = slots.realm();
    realm.redis->master_only = true;
    realm.redis->name = "master \"" + realm.master + "\"";
    RedisServer sentinel;
    static_cast<RedisPlace&>(sentinel) = realm.redis_places.front();
    sentinel.realm = realm.redis->realm;
    sentinel.connect_timeout = realm.redis->connect_timeout;
    sentinel.timeout = realm.redis->timeout;
    if (read_credentials(cf, "redis_sentinel", slots.sentinel.user, slots.sentinel.password_file,
                         sentinel) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    if (slots.sentinel.ssl == 1) {
        for (const RedisPlace& place : realm.redis_places) {
            sentinel.ssl_name = sentinel.ssl_name.empty() ? "" : place.ssl_name;
        }
        if (read_ssl(cf, ssl_words(slots), sentinel) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    realm.sentinel = std::make_shared<const RedisServer>(std::move(sentinel));
    return ok();
}

}  // namespace nginx
