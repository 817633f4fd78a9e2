// The Redis of a realm as its topology has it: one server, the master that sentinels name, a
// cluster.
#pragma once

#include <memory>
#include <vector>

#include "../redis/resp.hpp"
#include "redis_settings.hpp"

namespace ctl {

class Redis {
public:
    Redis() = default;
    virtual ~Redis() = default;
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;

    // The replies in the order of the commands. Throws Failure, as all else here.
    virtual std::vector<redis::Reply> ask(std::vector<redis::Arguments> commands) = 0;
};

// Connects and logs in. The settings must outlive it.
std::unique_ptr<Redis> open_redis(const RedisSettings& settings);

}  // namespace ctl
