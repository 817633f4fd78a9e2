#include "redis_settings.hpp"

#include <utility>

#include "../session/ascii.hpp"
#include "failure.hpp"
#include "files.hpp"

namespace ctl {

const std::vector<Option> kRedisOptions = {
    {"redis", true, true},         {"redis-topology"},          {"redis-user"},
    {"redis-password-file"},       {"redis-database"},          {"redis-wait"},
    {"redis-ssl", false},          {"redis-ssl-name"},          {"redis-ssl-certificate"},
    {"redis-ssl-certificate-key"}, {"redis-sentinel-user"},     {"redis-sentinel-password-file"},
    {"redis-sentinel-ssl"},        {"redis-sentinel-ssl-name"},
};

namespace {

constexpr std::int64_t kPatience = 5;  // seconds a step
constexpr std::int64_t kMostDatabase = 65535;
constexpr std::int64_t kMostReplicas = 100;
constexpr std::string_view kTlsScheme = "rediss://";

std::string read_password(const CommandLine& line, std::string_view option) {
    const auto file = line.value(option);
    return file ? read_first_line(*file) : "";
}

bool read_switch(const CommandLine& line, std::string_view option, bool other) {
    const auto word = line.value(option);
    if (word && *word != "on" && *word != "off") {
        throw usage("--" + std::string(option) + " is on or off, not \"" + *word + "\"");
    }
    return word ? *word == "on" : other;
}

void read_topology(const CommandLine& line, RedisSettings& settings) {
    const std::string text = line.value_or("redis-topology", "standalone");
    std::string_view master = text;
    const std::string_view word = session::cut(master, '=');
    if (word == "sentinel" && !master.empty()) {
        settings.topology = Topology::sentinel;
        settings.master = master;
    } else if (text == "cluster") {
        settings.topology = Topology::cluster;
    } else if (text != "standalone") {
        throw usage("--redis-topology is standalone, sentinel=MASTER or cluster, not \"" + text +
                    "\"");
    }
}

// What would have no effect is a mistake.
void check_topology(const CommandLine& line, const RedisSettings& settings) {
    if (settings.topology == Topology::standalone && settings.addresses.size() > 1) {
        throw usage("several --redis are sentinels or nodes of a cluster: add --redis-topology");
    }
    if (settings.topology == Topology::cluster && line.has("redis-database")) {
        throw usage("--redis-database: a cluster has one database only");
    }
    if (settings.topology == Topology::cluster && line.has("redis-wait")) {
        throw usage("--redis-wait does not go with --redis-topology cluster");
    }
    for (const Option& option : kRedisOptions) {
        constexpr std::string_view kSentinel = "redis-sentinel-";
        if (settings.topology != Topology::sentinel && line.has(option.name) &&
            option.name.substr(0, kSentinel.size()) == kSentinel) {
            throw usage("--" + std::string(option.name) +
                        " is for --redis-topology sentinel=MASTER");
        }
    }
}

}  // namespace

RedisSettings::RedisSettings(const CommandLine& line) {
    read_topology(line, *this);
    bool by_tls = line.has("redis-ssl");
    for (const std::string& text : line.all("redis")) {
        const bool has_scheme = text.compare(0, kTlsScheme.size(), kTlsScheme) == 0;
        by_tls = by_tls || has_scheme;
        addresses.push_back(read_redis_address(has_scheme ? text.substr(kTlsScheme.size()) : text));
    }
    check_topology(line, *this);
    const bool sentinels_by_tls = read_switch(line, "redis-sentinel-ssl", by_tls);
    if (by_tls || sentinels_by_tls) {
        tls_.emplace(line);
    }
    replicas = line.number("redis-wait", kMostReplicas).value_or(0);
    patience = line.span("timeout").value_or(kPatience);
    server_.user = line.value_or("redis-user", "");
    server_.password = read_password(line, "redis-password-file");
    server_.database =
        static_cast<unsigned long>(line.number("redis-database", kMostDatabase).value_or(0));
    server_.wants_master = topology == Topology::sentinel;
    server_.tls = by_tls ? &*tls_ : nullptr;
    server_.tls_name = line.value_or("redis-ssl-name", "");
    server_.patience = replicas > 0 ? patience * 2 : patience;  // the server waits itself
    sentinel_.user = line.value_or("redis-sentinel-user", "");
    sentinel_.password = read_password(line, "redis-sentinel-password-file");
    sentinel_.tls = sentinels_by_tls ? &*tls_ : nullptr;
    sentinel_.tls_name = line.value_or("redis-sentinel-ssl-name", "");
    sentinel_.patience = patience;
}

namespace {

RedisServer placed(const RedisServer& like, RedisAddress address, std::string name) {
    RedisServer server = like;
    server.address = std::move(address);
    if (server.tls_name.empty()) {
        server.tls_name = std::move(name);
    }
    if (server.tls != nullptr && server.tls_name.empty()) {
        throw usage("the certificate of a Unix socket has no host: --redis-ssl-name");
    }
    return server;
}

}  // namespace

RedisServer RedisSettings::server_at(RedisAddress address, std::string name) const {
    return placed(server_, std::move(address), std::move(name));
}

RedisServer RedisSettings::server_at(const RedisAddress& address) const {
    return placed(server_, address, address.host);
}

RedisServer RedisSettings::sentinel_at(const RedisAddress& address) const {
    return placed(sentinel_, address, address.host);
}

}  // namespace ctl
