#include "redis_connection.hpp"

#include <utility>

#include "failure.hpp"

namespace ctl {
redis::Login login_of(const RedisServer& server) {
    return {server.user, server.password, server.database, server.wants_master};
}

RedisConnection::RedisConnection(const RedisServer& server)
    : stream_(server.address, server.patience) {
    if (server.tls != nullptr) {
        stream_.begin_tls(*server.tls, server.tls_name);
    }
}

void RedisConnection::log_in(const RedisServer& server) {
    const redis::Login login = login_of(server);
    if (const auto objection = redis::objection(login, ask(redis::greeting(login)))) {
        throw away("redis: " + *objection);
    }
}

std::vector<redis::Reply> RedisConnection::ask(const std::vector<redis::Arguments>& commands) {
    std::string bytes;
    for (const redis::Arguments& command : commands) {
        redis::append_command(bytes, command);
    }
    stream_.send(bytes);
    std::vector<redis::Reply> replies;
    while (replies.size() < commands.size()) {
        if (auto reply = reader_.next()) {
            replies.push_back(std::move(*reply));
        } else if (reader_.broken()) {
            throw away("redis: what came is no answer of Redis");
        } else {
            reader_.feed(stream_.receive());
        }
    }
    return replies;
}

bool RedisConnection::exchange(redis::Conversation& conversation) {
    const std::string bytes(conversation.unsent());
    stream_.send(bytes);
    conversation.sent(bytes.size());
    return conversation.receive(stream_.receive());
}

}  // namespace ctl
