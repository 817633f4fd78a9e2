#include "repeat.hpp"

#include <algorithm>
#include <string_view>

namespace redis {

namespace {

constexpr std::string_view kReads[] = {
    "EXISTS", "GET",   "HGET",   "HGETALL", "HMGET",         "MGET",      "PTTL",  "ROLE",   "SCAN",
    "TTL",    "ZCARD", "ZCOUNT", "ZRANGE",  "ZRANGEBYSCORE", "ZREVRANGE", "ZSCAN", "ZSCORE",
};

}  // namespace

bool is_read(const Arguments& command) {
    return std::find(std::begin(kReads), std::end(kReads), command.front()) != std::end(kReads);
}

bool only_read(const Commands& commands) {
    return std::all_of(commands.begin(), commands.end(), is_read);
}

bool met_replica(const std::vector<Reply>& replies) {
    return std::any_of(replies.begin(), replies.end(), [](const Reply& reply) {
        return reply.is_error() && reply.text.compare(0, 8, "READONLY") == 0;
    });
}

}  // namespace redis
