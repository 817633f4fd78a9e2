#include "engine.hpp"

#include <algorithm>
#include <charconv>

#include "commands.hpp"
#include "refused.hpp"

namespace store {
namespace {

constexpr std::size_t kSweptByWrite = 2;      // buckets
constexpr std::size_t kSweptForRoom = 65536;  // buckets

redis::Reply error_reply(const char* text) {
    redis::Reply reply;
    reply.type = redis::Reply::Type::error;
    reply.text = text;
    return reply;
}

bool is_eval(const redis::Arguments& command) {
    return command.front() == "EVAL";
}

}  // namespace

std::vector<redis::Reply> Engine::run(const std::vector<redis::Arguments>& commands,
                                      std::int64_t now) {
    keyspace_.recover();
    keyspace_.set_time(now);
    std::vector<redis::Reply> replies;
    replies.reserve(commands.size());
    for (const redis::Arguments& command : commands) {
        replies.push_back(run_one(command, now));
    }
    return replies;
}

// Where there is no room what has expired may make some; that is looked for once.
redis::Reply Engine::run_one(const redis::Arguments& command, std::int64_t now) {
    for (bool again = false;; again = true) {
        try {
            return run_step(command, now);
        } catch (const Full& full) {
            if (again || keyspace_.sweep(kSweptForRoom) == 0) {
                return error_reply(full.what());
            }
        } catch (const Refused& refused) {
            return error_reply(refused.what());
        }
    }
}

redis::Reply Engine::run_step(const redis::Arguments& command, std::int64_t now) {
    const Command* known = is_eval(command) ? nullptr : find_command(command);
    if (known != nullptr && !known->writes) {
        return known->run(keyspace_, command);
    }
    redis::Reply reply;
    {
        Change change(keyspace_, now);
        reply = known == nullptr ? run_procedure(command) : known->run(keyspace_, command);
        change.commit();
    }
    keyspace_.sweep(kSweptByWrite);
    return reply;
}

redis::Reply Engine::run_procedure(const redis::Arguments& command) {
    std::size_t keys = 0;
    if (command.size() > 2) {
        std::from_chars(command[2].data(), command[2].data() + command[2].size(), keys);
    }
    const auto known =
        std::find_if(procedures_.begin(), procedures_.end(), [&command](const auto& procedure) {
            return command.size() > 2 && procedure.first == command[1];
        });
    constexpr std::size_t kBeforeKeys = 3;
    if (known == procedures_.end() || keys > command.size() - kBeforeKeys) {
        throw Refused("ERR unknown script");
    }
    return known->second(keyspace_, Invocation(command, keys));
}

}  // namespace store
