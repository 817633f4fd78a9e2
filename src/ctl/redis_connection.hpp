// A connection to Redis that waits for its answers: this program has nothing else to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"

namespace ctl {

class RedisConnection {
public:
    // "host:port", "[address]:port" or "unix:/path"; each step may take so many seconds. Throws
    // Failure, as all else here.
    RedisConnection(const std::string& address, std::int64_t patience);
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    std::vector<redis::Reply> ask(const std::vector<redis::Arguments>& commands);

private:
    void connect_to_path(const std::string& path);
    void connect_to_host(const std::string& host, const std::string& port);
    bool try_connect(int family, const void* address, unsigned size);
    void send(std::string_view bytes) const;
    void receive();

    std::int64_t patience_;
    int socket_ = -1;
    redis::Reader reader_;
};

}  // namespace ctl
