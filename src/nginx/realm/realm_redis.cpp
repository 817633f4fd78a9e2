// "redis" and its kin: the server that keeps the revocations.
#include "realm_slots.hpp"
#include "realm_ssl.hpp"

namespace nginx {
namespace {

constexpr ngx_int_t kMostConnections = 1000;  // of a worker to one server

SslWords ssl_words(const RealmSlots& slots) {
    return {"redis_ssl",
            "redis_ssl_trusted_certificate",
            slots.redis_ssl_name,
            slots.redis_ssl_verify != 0,
            slots.redis_ssl_trusted_certificate,
            slots.redis_ssl_certificate,
            slots.redis_ssl_certificate_key};
}

}  // namespace

char* check_redis(ngx_conf_t* cf, RealmSlots& slots) {
    if (!slots.realm().redis) {
        return fail_where_set(
            cf,
            {
                {"redis_user", is_set(slots.redis_user)},
                {"redis_password_file", is_set(slots.redis_password_file)},
                {"redis_database", slots.redis_database != NGX_CONF_UNSET},
                {"redis_prefix", is_set(slots.redis_prefix)},
                {"redis_connect_timeout", slots.redis_connect_timeout != NGX_CONF_UNSET_MSEC},
                {"redis_timeout", slots.redis_timeout != NGX_CONF_UNSET_MSEC},
                {"redis_connections", slots.redis_connections != NGX_CONF_UNSET},
                {"redis_wait", slots.realm().wait_replicas != 0},
                {"redis_ssl", slots.redis_ssl == 1},
                {"redis_topology", slots.realm().topology != Topology::standalone},
            },
            "add \"redis\" to the realm");
    }
    if (is_set(slots.redis_ssl_certificate_key) && !is_set(slots.redis_ssl_certificate)) {
        return fail(cf, "\"redis_ssl_certificate_key\" needs \"redis_ssl_certificate\"");
    }
    if (check_sentinel(cf, slots) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    if (slots.redis_ssl != NGX_CONF_UNSET || slots.sentinel.ssl == 1) {
        return ok();
    }
    return fail_where_set(
        cf,
        {
            {"redis_ssl_name", is_set(slots.redis_ssl_name)},
            {"redis_ssl_verify", slots.redis_ssl_verify != NGX_CONF_UNSET},
            {"redis_ssl_trusted_certificate", is_set(slots.redis_ssl_trusted_certificate)},
            {"redis_ssl_certificate", is_set(slots.redis_ssl_certificate)},
        },
        "add \"redis_ssl on\"");
}

char* set_redis_topology(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    const std::string_view word = argument(cf, 1);
    if (word == "sentinel") {
        return set_sentinel(cf, slots);
    }
    if (word != "standalone" && word != "cluster") {
        return fail_value(cf, word, "use standalone, sentinel MASTER or cluster");
    }
    if (word == "cluster") {
        slots.realm().topology = Topology::cluster;
    }
    return argument_count(cf) == 2
               ? ok()
               : fail_value(cf, argument(cf, 2), std::string(word) + " takes no more");
}

char* set_redis_wait(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    constexpr ngx_int_t kMostReplicas = 100;
    const ngx_str_t replicas = copy(cf->pool, argument(cf, 1));
    const ngx_int_t count = ngx_atoi(replicas.data, replicas.len);
    if (count < 1 || count > kMostReplicas) {
        return fail_value(cf, argument(cf, 1), "use the number of replicas, 1 to 100");
    }
    const auto time = parse_milliseconds(argument(cf, 2));
    if (!time || *time < 1) {
        return fail_value(cf, argument(cf, 2), "use a time such as 100ms");
    }
    slots.realm().wait_replicas = static_cast<ngx_uint_t>(count);
    slots.realm().wait_ms = static_cast<ngx_msec_t>(*time);
    return ok();
}

char* finish_redis(ngx_conf_t* cf, RealmSlots& slots) {
    RedisServer& server = *slots.realm().redis;
    server.realm = slots.policy().realm;
    server.connect_timeout = slots.redis_connect_timeout;
    server.timeout = slots.redis_timeout;
    server.database = static_cast<ngx_uint_t>(slots.redis_database);
    for (const auto& [directive, time] :
         {std::pair("redis_timeout", server.timeout),
          std::pair("redis_connect_timeout", server.connect_timeout)}) {
        if (time == 0) {
            return fail(cf, "invalid value \"0\" in \"" + std::string(directive) +
                                "\", use a time such as 100ms");
        }
    }
    if (slots.redis_connections < 1 || slots.redis_connections > kMostConnections) {
        return fail(cf, "invalid value \"" + std::to_string(slots.redis_connections) +
                            "\" in \"redis_connections\", use 1 to " +
                            std::to_string(kMostConnections));
    }
    if (slots.realm().topology == Topology::standalone && slots.realm().redis_places.size() > 1) {
        return fail(cf, "invalid value \"" + slots.realm().redis_places[1].name +
                            "\" in \"redis\", name one server for \"redis_topology standalone\"");
    }
    if (slots.realm().topology == Topology::cluster && server.database != 0) {
        return fail(cf, "invalid value \"" + std::to_string(server.database) +
                            "\" in \"redis_database\", a cluster has no other than 0");
    }
    if (finish_places(cf, slots) != ok() ||
        read_credentials(cf, "redis", slots.redis_user, slots.redis_password_file, server) !=
            ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    if (slots.redis_ssl == 1 && read_ssl(cf, ssl_words(slots), server) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    return slots.realm().topology == Topology::sentinel ? finish_sentinel(cf, slots) : ok();
}

}  // namespace nginx
