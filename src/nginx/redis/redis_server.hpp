// A Redis node as the configuration names it, or as other nodes do: plain values, never written
// after it is shared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../../redis/greeting.hpp"
#include "../ngx.hpp"

namespace nginx {

enum class Topology : std::uint8_t { standalone, sentinel, cluster };

struct RedisAddress {
    ngx_sockaddr_t socket;
    socklen_t length = 0;
    std::string name;  // "127.0.0.1:6379"
};

// Where a node is.
struct RedisPlace {
    std::string name;  // for log lines: "127.0.0.1:6379", "unix:/path"
    std::string host;  // without brackets; empty: a Unix socket
    in_port_t port = 0;
    bool has_port = true;                 // written by the user
    bool is_name = false;                 // the host, and no address
    std::vector<RedisAddress> addresses;  // tried in turn; none yet where nginx's resolver is asked
    std::string ssl_name;  // a host name or an address without brackets or port: for SNI and
                           // verification
};

struct RedisServer : RedisPlace {
    std::string realm;     // for log lines
    std::string user;      // empty: the default user
    std::string password;  // both empty: no AUTH
    ngx_uint_t database = 0;
    bool master_only = false;  // may be a replica, which is not asked
    ngx_msec_t connect_timeout =
        200;                   // ms, to connect, shake hands and authenticate at one address
    ngx_msec_t timeout = 100;  // ms, of a whole question, its retry included
    ngx_ssl_t* ssl = nullptr;  // null: plain text
    bool ssl_verify = true;
    bool ssl_name_given = false;  // by "redis_ssl_name": of all nodes
};

// Nodes come and go while those that speak to them live.
using RedisServerPtr = std::shared_ptr<const RedisServer>;

// A node of which all but its place is as the other's.
RedisServerPtr server_at(const RedisServer& like, RedisPlace place);

redis::Login login_of(const RedisServer& server);

}  // namespace nginx
