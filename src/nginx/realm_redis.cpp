// "redis" and its kin: the server that keeps the revocations.
#include <algorithm>
#include <cstring>
#include <iterator>

#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr ngx_int_t kMostConnections = 1000;  // of a worker to one server
constexpr in_port_t kRedisPort = 6379;

// A password as it stands in its file, without the newline that editors add; nothing after an error
// was logged.
std::optional<std::string> read_password(ngx_conf_t* cf, const ngx_str_t& file) {
    const auto path = full_path(cf, view(file));
    if (!path) {
        return std::nullopt;
    }
    auto bytes = read_file(*path);
    if (const auto* error = std::get_if<FileError>(&bytes)) {
        fail(cf, "redis_password_file: cannot read \"" + *path + "\": " + error->text +
                     ", name a file that the user who starts nginx can read");
        return std::nullopt;
    }
    std::string password = std::get<std::string>(std::move(bytes));
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) {
        password.pop_back();
    }
    if (password.empty()) {
        fail(cf, "redis_password_file: \"" + *path + "\" is empty, put the password into it");
        return std::nullopt;
    }
    return password;
}

char* read_credentials(ngx_conf_t* cf, RealmSlots& slots, RedisServer& server) {
    server.user = view(slots.redis_user);
    if (slots.redis_password_file.len == 0) {
        return server.user.empty()
                   ? ok()
                   : fail(cf, "\"redis_user\" needs a password, add \"redis_password_file\"");
    }
    const auto password = read_password(cf, slots.redis_password_file);
    if (!password) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    server.password = *password;
    return ok();
}

RedisAddress address_of(const ngx_addr_t& address) {
    RedisAddress own{};
    own.length = address.socklen;
    std::memcpy(&own.socket, address.sockaddr, address.socklen);
    own.name = view(address.name);
    return own;
}

char* read_place(ngx_conf_t* cf, const std::string& address, RedisPlace& place) {
    ngx_url_t url = {};
    url.url = copy(cf->pool, address);
    url.default_port = kRedisPort;
    if (ngx_parse_url(cf->pool, &url) != NGX_OK || url.uri.len != 0) {
        return fail(cf, "invalid address \"" + address + "\" in \"redis\"" +
                            (url.err == nullptr ? "" : std::string(": ") + url.err) +
                            ", use HOST:PORT or unix:/PATH");
    }
    place.name = address;
    std::transform(url.addrs, url.addrs + url.naddrs, std::back_inserter(place.addresses),
                   address_of);
    if (url.family != AF_UNIX) {
        place.ssl_name = view(url.host);
        if (url.host.len > 1 && url.host.data[0] == '[') {
            place.ssl_name = place.ssl_name.substr(1, place.ssl_name.size() - 2);
        }
    }
    return ok();
}

// Behind nginx's own line, which has OpenSSL's words and neither directive nor place.
char* fail_file(ngx_conf_t* cf, const std::string& directive, const ngx_str_t& path,
                const std::string& content) {
    return fail(cf, "cannot use \"" + std::string(view(path)) + "\" in \"" + directive +
                        "\", name a PEM file with " + content);
}

char* read_trust(ngx_conf_t* cf, RealmSlots& slots, ngx_ssl_t* ssl) {
    if (slots.redis_ssl_trusted_certificate.len == 0) {
        return fail(cf,
                    "\"redis_ssl\" verifies the server, name its authority with "
                    "\"redis_ssl_trusted_certificate\"");
    }
    constexpr ngx_int_t kDepth = 9;
    return ngx_ssl_trusted_certificate(cf, ssl, &slots.redis_ssl_trusted_certificate, kDepth) ==
                   NGX_OK
               ? ok()
               : fail_file(cf, "redis_ssl_trusted_certificate", slots.redis_ssl_trusted_certificate,
                           "certificates");
}

char* read_client_certificate(ngx_conf_t* cf, RealmSlots& slots, ngx_ssl_t* ssl) {
    if (slots.redis_ssl_certificate.len == 0) {
        return ok();
    }
    if (slots.redis_ssl_certificate_key.len == 0) {
        return fail(cf, "\"redis_ssl_certificate\" needs \"redis_ssl_certificate_key\"");
    }
    return ngx_ssl_certificate(cf, ssl, &slots.redis_ssl_certificate,
                               &slots.redis_ssl_certificate_key, nullptr) == NGX_OK
               ? ok()
               : fail_file(cf, "redis_ssl_certificate", slots.redis_ssl_certificate,
                           "the certificate, its key being in \"redis_ssl_certificate_key\"");
}

char* read_ssl(ngx_conf_t* cf, RealmSlots& slots, RedisServer& server) {
    if (slots.redis_ssl != 1) {
        return ok();
    }
    auto* ssl = static_cast<ngx_ssl_t*>(ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t)));
    if (ssl == nullptr) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    ssl->log = cf->log;
    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2 | NGX_SSL_TLSv1_3, nullptr) != NGX_OK) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (cleanup == nullptr) {
        ngx_ssl_cleanup_ctx(ssl);
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    cleanup->handler = ngx_ssl_cleanup_ctx;
    cleanup->data = ssl;
    server.ssl_verify = slots.redis_ssl_verify != 0;
    if (slots.redis_ssl_name.len != 0) {
        server.ssl_name = view(slots.redis_ssl_name);
        server.ssl_name_given = true;
    }
    if (server.ssl_verify && server.ssl_name.empty()) {
        return fail(cf, "the certificate of a Unix socket has no host, add \"redis_ssl_name\"");
    }
    if (server.ssl_verify && read_trust(cf, slots, ssl) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    server.ssl = ssl;
    return read_client_certificate(cf, slots, ssl);
}

struct Written {
    const char* directive;
    bool is_set;
};

char* fail_where_set(ngx_conf_t* cf, std::initializer_list<Written> directives,
                     const char* remedy) {
    for (const Written& written : directives) {
        if (written.is_set) {
            return fail(cf, "\"" + std::string(written.directive) + "\" has no effect, " + remedy);
        }
    }
    return ok();
}

bool is_set(const ngx_str_t& slot) {
    return slot.data != nullptr;
}

}  // namespace

char* check_redis(ngx_conf_t* cf, RealmSlots& slots) {
    const bool has_password = is_set(slots.redis_password_file);
    if (!slots.realm().redis) {
        return fail_where_set(
            cf,
            {
                {"redis_user", is_set(slots.redis_user)},
                {"redis_password_file", has_password},
                {"redis_database", slots.redis_database != NGX_CONF_UNSET},
                {"redis_prefix", is_set(slots.redis_prefix)},
                {"redis_connect_timeout", slots.redis_connect_timeout != NGX_CONF_UNSET_MSEC},
                {"redis_timeout", slots.redis_timeout != NGX_CONF_UNSET_MSEC},
                {"redis_connections", slots.redis_connections != NGX_CONF_UNSET},
                {"redis_ssl", slots.redis_ssl == 1},
            },
            "add \"redis\" to the realm");
    }
    if (has_password && slots.redis_password_file.len == 0) {
        return fail(cf, "invalid value \"\" in \"redis_password_file\", name a file");
    }
    if (is_set(slots.redis_ssl_certificate_key) && !is_set(slots.redis_ssl_certificate)) {
        return fail(cf, "\"redis_ssl_certificate_key\" needs \"redis_ssl_certificate\"");
    }
    if (slots.redis_ssl != NGX_CONF_UNSET) {
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
    static_cast<RedisPlace&>(*realm.redis) = realm.redis_places.front();
    return ok();
}

char* set_redis_topology(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    const std::string_view word = argument(cf, 1);
    if (word != "standalone" && word != "cluster") {
        return fail_value(cf, word, "use standalone or cluster");
    }
    if (word == "cluster") {
        slots.realm().topology = Topology::cluster;
    }
    return argument_count(cf) == 2
               ? ok()
               : fail_value(cf, argument(cf, 2), std::string(word) + " takes no more");
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
    if (slots.realm().topology == Topology::cluster && server.database != 0) {
        return fail(cf, "invalid value \"" + std::to_string(server.database) +
                            "\" in \"redis_database\", a cluster has no other than 0");
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
    for (const auto read : {read_credentials, read_ssl}) {
        if (read(cf, slots, server) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    return ok();
}

}  // namespace nginx
