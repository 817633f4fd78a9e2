#include "hash_commands.hpp"

#include <algorithm>
#include <string>

#include "command_replies.hpp"

namespace store {

redis::Reply hget(Keyspace& keyspace, const redis::Arguments& command) {
    return string_reply(keyspace.field(command[1], command[2]));
}

redis::Reply hmget(Keyspace& keyspace, const redis::Arguments& command) {
    redis::Reply reply = list_reply();
    for (std::size_t i = 2; i < command.size(); ++i) {
        reply.elements.push_back(string_reply(keyspace.field(command[1], command[i])));
    }
    return reply;
}

redis::Reply hgetall(Keyspace& keyspace, const redis::Arguments& command) {
    redis::Reply reply = list_reply();
    for (const auto& [name, value] : keyspace.fields(command[1])) {
        reply.elements.push_back(string_reply(name));
        reply.elements.push_back(string_reply(value));
    }
    return reply;
}

redis::Reply hset(Keyspace& keyspace, const redis::Arguments& command) {
    if (command.size() % 2 != 0) {
        throw Refused("ERR wrong number of arguments for 'hset' command");
    }
    keyspace.set_purpose(keyspace.type(command[1]) == Type::none ? Purpose::record
                                                                 : Purpose::upkeep);
    std::vector<Named> fields;
    for (std::size_t i = 2; i < command.size(); i += 2) {
        fields.push_back({command[i], command[i + 1]});
    }
    return integer_reply(static_cast<std::int64_t>(keyspace.set_fields(command[1], fields)));
}

redis::Reply hdel(Keyspace& keyspace, const redis::Arguments& command) {
    return integer_reply(std::count_if(
        command.begin() + 2, command.end(),
        [&](const std::string& name) { return keyspace.erase_field(command[1], name); }));
}

}  // namespace store
