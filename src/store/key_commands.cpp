#include "key_commands.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "command_replies.hpp"
#include "glob.hpp"

namespace store {
namespace {

constexpr std::int64_t kLongest = std::int64_t{1} << 40;  // seconds, and Unix times

std::string_view name(Type type) {
    switch (type) {
        case Type::text:
            return "string";
        case Type::hash:
            return "hash";
        case Type::sorted:
            return "zset";
        case Type::none:
            break;
    }
    return "none";
}

struct SetOptions {
    std::optional<std::int64_t> expires;
    bool keep = false;
    bool absent = false;   // NX
    bool present = false;  // XX
};

SetOptions read_options(const redis::Arguments& command, std::int64_t now) {
    SetOptions options;
    for (std::size_t i = 3; i < command.size(); ++i) {
        const bool in = is_word(command[i], "EX");
        const bool timed = (in || is_word(command[i], "EXAT")) && i + 1 < command.size() &&
                           !options.expires && !options.keep;
        if (timed) {
            const std::int64_t time = integer_argument(command[++i]);
            if (time <= 0 || time > kLongest) {
                throw Refused("ERR invalid expire time in 'set' command");
            }
            options.expires = in ? now + time : time;
        } else if (is_word(command[i], "NX") && !options.present) {
            options.absent = true;
        } else if (is_word(command[i], "XX") && !options.absent) {
            options.present = true;
        } else if (is_word(command[i], "KEEPTTL") && !options.expires) {
            options.keep = true;
        } else {
            throw Refused(kSyntax);
        }
    }
    return options;
}

redis::Reply expire_then(Keyspace& keyspace, const std::string& key, std::int64_t time) {
    const bool past = time <= keyspace.time();
    return integer_reply(past ? keyspace.erase(key) : keyspace.expire(key, time));
}

std::int64_t time_argument(std::string_view text) {
    const std::int64_t time = integer_argument(text);
    if (time > kLongest || time < -kLongest) {
        throw Refused("ERR invalid expire time in 'expire' command");
    }
    return time;
}

}  // namespace

redis::Reply get(Keyspace& keyspace, const redis::Arguments& command) {
    return string_reply(keyspace.get(command[1]));
}

redis::Reply set(Keyspace& keyspace, const redis::Arguments& command) {
    const SetOptions options = read_options(command, keyspace.time());
    const auto known = keyspace.expiry(command[1]);
    if ((options.absent && known) || (options.present && !known)) {
        return {};
    }
    const std::int64_t expires = options.keep ? known.value_or(0) : options.expires.value_or(0);
    keyspace.set(command[1], command[2], expires);
    return status_reply("OK");
}

redis::Reply exists(Keyspace& keyspace, const redis::Arguments& command) {
    return integer_reply(
        std::count_if(command.begin() + 1, command.end(),
                      [&](const std::string& key) { return keyspace.type(key) != Type::none; }));
}

redis::Reply type(Keyspace& keyspace, const redis::Arguments& command) {
    return status_reply(name(keyspace.type(command[1])));
}

redis::Reply ttl(Keyspace& keyspace, const redis::Arguments& command) {
    const auto expires = keyspace.expiry(command[1]);
    return integer_reply(!expires ? -2 : *expires == 0 ? -1 : *expires - keyspace.time());
}

redis::Reply del(Keyspace& keyspace, const redis::Arguments& command) {
    return integer_reply(std::count_if(command.begin() + 1, command.end(),
                                       [&](const auto& key) { return keyspace.erase(key); }));
}

redis::Reply expire(Keyspace& keyspace, const redis::Arguments& command) {
    return expire_then(keyspace, command[1], keyspace.time() + time_argument(command[2]));
}

redis::Reply expire_at(Keyspace& keyspace, const redis::Arguments& command) {
    return expire_then(keyspace, command[1], time_argument(command[2]));
}

redis::Reply persist(Keyspace& keyspace, const redis::Arguments& command) {
    const auto expires = keyspace.expiry(command[1]);
    return integer_reply(expires && *expires != 0 && keyspace.expire(command[1], 0));
}

redis::Reply scan(Keyspace& keyspace, const redis::Arguments& command) {
    constexpr std::size_t kMost = 1000;
    std::size_t count = 10;
    std::string_view pattern = "*";
    std::string_view wanted;
    for (std::size_t i = 2; i < command.size(); i += 2) {
        if (i + 1 >= command.size()) {
            throw Refused(kSyntax);
        }
        if (is_word(command[i], "COUNT")) {
            const std::int64_t asked = integer_argument(command[i + 1]);
            if (asked < 1) {
                throw Refused(kSyntax);
            }
            count = std::min(static_cast<std::size_t>(asked), kMost);
        } else if (is_word(command[i], "MATCH")) {
            pattern = command[i + 1];
        } else if (is_word(command[i], "TYPE")) {
            wanted = command[i + 1];
        } else {
            throw Refused(kSyntax);
        }
    }
    redis::Reply keys = list_reply();
    const auto cursor = static_cast<std::uint64_t>(integer_argument(command[1]));
    const std::uint64_t next =
        keyspace.scan(cursor, count, [&](std::string_view key, Type of_type) {
            if ((wanted.empty() || name(of_type) == wanted) && matches(pattern, key)) {
                keys.elements.push_back(string_reply(std::string(key)));
            }
        });
    redis::Reply reply = list_reply();
    reply.elements = {string_reply(std::to_string(next)), std::move(keys)};
    return reply;
}

redis::Reply dbsize(Keyspace& keyspace, const redis::Arguments&) {
    return integer_reply(static_cast<std::int64_t>(keyspace.usage().keys));
}

}  // namespace store
