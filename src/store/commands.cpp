#include "commands.hpp"

#include <algorithm>

#include "command_replies.hpp"
#include "hash_commands.hpp"
#include "key_commands.hpp"
#include "sorted_commands.hpp"

namespace store {
namespace {

constexpr Command kCommands[] = {
    {"GET", 2, 2, false, get},
    {"SET", 3, 0, true, set},
    {"EXISTS", 2, 0, false, exists},
    {"TYPE", 2, 2, false, type},
    {"TTL", 2, 2, false, ttl},
    {"DEL", 2, 0, true, del},
    {"UNLINK", 2, 0, true, del},
    {"EXPIRE", 3, 3, true, expire},
    {"EXPIREAT", 3, 3, true, expire_at},
    {"PERSIST", 2, 2, true, persist},
    {"SCAN", 2, 0, false, scan},
    {"DBSIZE", 1, 1, false, dbsize},
    {"HGET", 3, 3, false, hget},
    {"HMGET", 3, 0, false, hmget},
    {"HGETALL", 2, 2, false, hgetall},
    {"HSET", 4, 0, true, hset},
    {"HDEL", 3, 0, true, hdel},
    {"ZSCORE", 3, 3, false, zscore},
    {"ZCARD", 2, 2, false, zcard},
    {"ZCOUNT", 4, 4, false, zcount},
    {"ZRANGE", 4, 5, false, zrange},
    {"ZREVRANGE", 4, 5, false, zrevrange},
    {"ZADD", 4, 0, true, zadd},
    {"ZREM", 3, 0, true, zrem},
    {"ZREMRANGEBYSCORE", 4, 4, true, zremrangebyscore},
};

}  // namespace

const Command* find_command(const redis::Arguments& command) {
    const auto* known =
        std::find_if(std::begin(kCommands), std::end(kCommands),
                     [&command](const Command& one) { return is_word(command.front(), one.name); });
    if (known == std::end(kCommands)) {
        throw Refused("ERR unknown command");
    }
    if (command.size() < known->fewest || (known->most != 0 && command.size() > known->most)) {
        throw Refused("ERR wrong number of arguments");
    }
    return known;
}

bool is_write(const redis::Arguments& command) {
    const auto* known =
        std::find_if(std::begin(kCommands), std::end(kCommands),
                     [&command](const Command& one) { return is_word(command.front(), one.name); });
    return known == std::end(kCommands) || known->writes;  // a script is none of them
}

}  // namespace store
