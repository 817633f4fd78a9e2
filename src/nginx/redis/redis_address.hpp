// Addresses of nodes that are found while nginx runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../ngx.hpp"
#include "redis_server.hpp"

namespace nginx {

RedisAddress address_of(const sockaddr& socket, socklen_t length, in_port_t port);

// Of a literal address; nothing where the host is a name.
std::optional<RedisAddress> literal_address(const std::string& host, in_port_t port);

// "10.0.0.1:6379, 10.0.0.2:6379", whatever their order is.
std::string names_of(const std::vector<RedisAddress>& addresses);

}  // namespace nginx
