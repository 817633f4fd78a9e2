// What the command line says of Redis, as the directives of the realm have it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "redis_connection.hpp"

namespace ctl {

extern const std::vector<Option> kRedisOptions;

enum class Topology : std::uint8_t { standalone, sentinel, cluster };

struct RedisSettings {
    // Throws Failure where the options do not go together.
    explicit RedisSettings(const CommandLine& line);
    RedisSettings(const RedisSettings&) = delete;
    RedisSettings& operator=(const RedisSettings&) = delete;

    // The server at that address, whose certificate has that name where none was given.
    RedisServer server_at(RedisAddress address, std::string name) const;
    RedisServer server_at(const RedisAddress& address) const;
    RedisServer sentinel_at(const RedisAddress& address) const;

    Topology topology = Topology::standalone;
    std::string master;  // of sentinels
    std::vector<RedisAddress> addresses;
    std::int64_t replicas = 0;  // that must have a revocation …
    std::int64_t patience = 0;  // … in so many seconds, as a step may take

private:
    RedisServer server_;  // but for its place
    RedisServer sentinel_;
    std::optional<TlsContext> tls_;
};

}  // namespace ctl
