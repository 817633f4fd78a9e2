// A socket to Redis, by TLS or without, that waits: this program has nothing else to do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "redis_tls.hpp"

namespace ctl {

// "host:port", "[address]:port" or "unix:/path".
struct RedisAddress {
    std::string host;  // without brackets; empty: a Unix socket
    std::string port;
    std::string path;
};

// Throws Failure, as all else here.
RedisAddress read_redis_address(const std::string& text);

class RedisStream {
public:
    // Each step may take so many seconds.
    RedisStream(const RedisAddress& address, std::int64_t patience);
    ~RedisStream();
    RedisStream(const RedisStream&) = delete;
    RedisStream& operator=(const RedisStream&) = delete;

    // From here on by TLS.
    void begin_tls(const TlsContext& context, const std::string& name);

    void send(std::string_view bytes);
    std::string receive();

private:
    void connect_to_path(const std::string& path);
    void connect_to_host(const std::string& host, const std::string& port);
    bool try_connect(int family, const void* address, unsigned size);
    void send_bytes(std::string_view bytes) const;
    std::string receive_bytes() const;

    std::int64_t patience_;
    int socket_ = -1;
    std::unique_ptr<Tls> tls_;
};

}  // namespace ctl
