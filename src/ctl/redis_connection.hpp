// One server of Redis: connected to, logged in to, asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../redis/conversation.hpp"
#include "../redis/greeting.hpp"
#include "../redis/resp.hpp"
#include "redis_stream.hpp"

namespace ctl {

// How a server is spoken to.
struct RedisServer {
    RedisAddress address;
    std::string user;
    std::string password;
    unsigned long database = 0;
    bool wants_master = false;
    const TlsContext* tls = nullptr;  // null: plain text
    std::string tls_name;             // of its certificate
    std::int64_t patience = 0;        // seconds a step
};

redis::Login login_of(const RedisServer& server);

class RedisConnection {
public:
    // Throws Failure, as all else here.
    explicit RedisConnection(const RedisServer& server);

    void log_in(const RedisServer& server);

    std::vector<redis::Reply> ask(const std::vector<redis::Arguments>& commands);

    // Says what it has to say, and tells it what comes; false: it wants to hear no more.
    bool exchange(redis::Conversation& conversation);

private:
    RedisStream stream_;
    redis::Reader reader_;
};

}  // namespace ctl
