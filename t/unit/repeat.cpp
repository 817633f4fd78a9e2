// What may be sent to a server again.
#include "../../src/redis/repeat.hpp"

#include <doctest/doctest.h>

namespace {

redis::Reply reply(redis::Reply::Type type, std::string text) {
    redis::Reply reply;
    reply.type = type;
    reply.text = std::move(text);
    return reply;
}

}  // namespace

TEST_CASE("repeat: reads may be repeated, and nothing beside them") {
    CHECK(
        redis::only_read({{"GET", "a"}, {"EXISTS", "b"}, {"HMGET", "c", "d"}, {"ZREVRANGE", "e"}}));
    for (const char* command : {"SET", "DEL", "HSET", "EVAL", "EVALSHA", "EXPIRE", "ZADD", "GETDEL",
                                "GETEX", "get", "", "MULTI"}) {
        CAPTURE(command);
        CHECK_FALSE(redis::only_read({{"GET", "a"}, {command, "a"}}));
    }
}

TEST_CASE("repeat: a replica refuses in one word") {
    using Type = redis::Reply::Type;
    CHECK(redis::met_replica({reply(Type::status, "OK"),
                              reply(Type::error, "READONLY You can't write against a read only")}));
    CHECK_FALSE(redis::met_replica({}));
    CHECK_FALSE(redis::met_replica({reply(Type::string, "READONLY")}));
    CHECK_FALSE(redis::met_replica({reply(Type::error, "ERR READONLY")}));
    CHECK_FALSE(redis::met_replica({reply(Type::error, "LOADING")}));
}
