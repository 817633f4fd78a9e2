// The embedded store answers as Redis does: random commands and scripts, asked of both. Needs the
// Unix socket of an empty server, by TEST_REDIS_SOCKET: t/store_as_redis.t brings one.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>

#include "engines.hpp"

using redis::Arguments;
using redis::Reply;

namespace {

const char* socket_path() {
    return std::getenv("TEST_REDIS_SOCKET");
}

class Redis {
public:
    Redis() : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket_path(), sizeof(address.sun_path) - 1);
        REQUIRE(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    }
    ~Redis() { close(socket_); }
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;

    Reply run(const Arguments& command) {
        std::string bytes;
        redis::append_command(bytes, command);
        REQUIRE(write(socket_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
        while (true) {
            if (auto reply = reader_.next()) {
                return *reply;
            }
            char buffer[65536];
            const ssize_t count = read(socket_, buffer, sizeof(buffer));
            REQUIRE(count > 0);
            reader_.feed({buffer, static_cast<std::size_t>(count)});
        }
    }

private:
    int socket_;
    redis::Reader reader_;
};

// A reply in words. What Redis leaves open, the order of a hash, is made equal.
std::string told(const Arguments& command, Reply reply) {
    switch (reply.type) {
        case Reply::Type::nil:
            return "nil";
        case Reply::Type::integer:
            return std::to_string(reply.integer);
        case Reply::Type::array: {
            if (command[0] == "HGETALL") {
                for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
                    reply.elements[i / 2].text =
                        reply.elements[i].text + "=" + reply.elements[i + 1].text;
                }
                reply.elements.resize(reply.elements.size() / 2);
                std::sort(reply.elements.begin(), reply.elements.end(),
                          [](const Reply& a, const Reply& b) { return a.text < b.text; });
            }
            std::string text = "[";
            for (const Reply& element : reply.elements) {
                text += told(command, element) + ",";
            }
            return text + "]";
        }
        case Reply::Type::error: {
            // Of a script it tells where; of some commands how they were called.
            const bool loose = command[0] == "EVAL" || reply.text.compare(0, 4, "ERR ") == 0;
            return loose ? "error" : "error " + reply.text;
        }
        default:
            return reply.text;
    }
}

std::string spelled(const Arguments& command) {
    std::string text;
    for (const std::string& word : command) {
        text += " " + (word.size() > 200 ? "(script)" : word);
    }
    return text;
}

class Both {
public:
    Both() { redis_.run({"FLUSHALL"}); }

    std::string ask(const Arguments& command) {
        const Reply redis = redis_.run(command);
        const Reply own = embedded_.run(command, std::time(nullptr));
        const std::string theirs = told(command, redis);
        // Seconds that are left are counted from different parts of one.
        const bool close = command[0] == "TTL" && redis.integer > 0 && own.integer > 0 &&
                           std::abs(redis.integer - own.integer) < 3;
        const std::string ours = close ? theirs : told(command, own);
        ++asked_;
        log_ += spelled(command) + "\n";
        INFO(log_);
        REQUIRE(ours == theirs);
        return theirs;
    }

    std::size_t asked() const { return asked_; }

    // All there is, key by key.
    void compare() {
        Reply keys = redis_.run({"KEYS", "*"});
        std::size_t count = 0;
        for (const Reply& key : keys.elements) {
            const std::string type = ask({"TYPE", key.text});
            ask({"TTL", key.text});
            ask(type == "hash"   ? Arguments{"HGETALL", key.text}
                : type == "zset" ? Arguments{"ZRANGE", key.text, "0", "-1", "WITHSCORES"}
                                 : Arguments{"GET", key.text});
        }
        auto& keyspace = embedded_.engine.keyspace();
        for (std::uint64_t next = keyspace.scan(0, 1, [&](auto, auto) { ++count; }); next != 0;) {
            next = keyspace.scan(next, 1, [&](auto, auto) { ++count; });
        }
        CHECK(count == keys.elements.size());
        CHECK(stores::flaw(embedded_.memory) == "");
    }

private:
    Redis redis_;
    engines::Store embedded_;
    std::string log_;
    std::size_t asked_ = 0;
};

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}

    unsigned roll(unsigned sides) { return random_() % sides; }
    std::string number(unsigned sides, std::int64_t from = 0) {
        return std::to_string(from + roll(sides));
    }
    std::string any(std::initializer_list<const char*> words) {
        return *(words.begin() + roll(static_cast<unsigned>(words.size())));
    }

private:
    std::mt19937 random_;
};

Arguments plain_command(Dice& dice) {
    const std::string key = dice.any({"a", "b", "c", "d", "e:{1}:x"});
    const std::string name = dice.any({"f", "g", "h", "i", "long-name-of-a-field"});
    const std::string value = dice.roll(8) == 0 ? std::string(dice.roll(3000), 'v') : "1";
    const std::string time = dice.number(900, 100);
    const std::string rank = dice.any({"0", "1", "-1", "-2", "5", "-9", "x"});
    const std::string bound = dice.any({"-inf", "+inf", "3", "(3", "7", "(7", "1.5", "x"});
    const std::string score = dice.any({"1", "2", "3.25", "-1", "1700000000", "1e20", "3", "x"});
    switch (dice.roll(34)) {
        case 0:
        case 1:
            return {"SET", key, value};
        case 2:
            return {"SET", key, value, dice.any({"EX", "ex"}), time};
        case 3:
            return {"SET", key, value, dice.any({"NX", "XX", "KEEPTTL", "EX", "bad"})};
        case 4:
            return {"SET", key, value, "NX", "EX", dice.any({"100", "0", "-1", "x"})};
        case 5:
            return {"SET", key, value, "EXAT", std::to_string(std::time(nullptr) + 500)};
        case 6:
        case 7:
            return {"DEL", key, dice.any({"a", "b", "none"})};
        case 8:
            return {"EXISTS", key, dice.any({"a", "b", "none"})};
        case 9:
            return {"TTL", key};
        case 10:
            return {"EXPIRE", key, dice.any({"100", "500", "0", "-5", "x"})};
        case 11:
            return {"PERSIST", key};
        case 12:
            return {"GET", key};
        case 13:
        case 14:
        case 15:
            return {"HSET", key, name, value};
        case 16:
            return {"HSET", key, "f", "1", name, value, "f", "2"};
        case 17:
            return {"HSET", key, name};
        case 18:
            return {"HGET", key, name};
        case 19:
            return {"HMGET", key, name, "f", "none"};
        case 20:
            return {"HGETALL", key};
        case 21:
            return {"HDEL", key, name, dice.any({"f", "none"})};
        case 22:
        case 23:
        case 24:
            return {"ZADD", key, score, "m" + dice.number(60)};
        case 25:
            return {"ZADD", key, "1", "m1", score, "m2"};
        case 26:
            return {"ZREM", key, "m" + dice.number(60), "m1"};
        case 27:
            return {"ZCARD", key};
        case 28:
            return {"ZSCORE", key, "m" + dice.number(60)};
        case 29:
            return {"ZRANGE", key, rank, dice.any({"-1", "3", "0"}), "WITHSCORES"};
        case 30:
            return {"ZREVRANGE", key, rank, "-1"};
        case 31:
            return {"ZCOUNT", key, bound, dice.any({"+inf", "5", "(5"})};
        case 32:
            return {"ZREMRANGEBYSCORE", key, bound, dice.any({"2", "(3", "-inf"})};
        default:
            return {dice.any({"TYPE", "get", "type", "NONE"}), key};
    }
}

session::Policy policy_of() {
    session::Policy policy;
    return policy;
}

// One step of a session; `now` runs ahead of the clock, whose keys live long enough not to be
// missed by one of the two.
Arguments script_call(Dice& dice, std::int64_t now) {
    const auto scripts = session::scripts();
    const auto& script = scripts[dice.roll(3) == 0 ? 0 : dice.roll(7)];
    const std::string id = "s" + dice.number(6);
    const std::string user = dice.any({"42", "43"});
    std::vector<std::string> more;
    const std::string soon = dice.number(60, now + 100);
    const std::string hash = "r" + dice.number(4);
    if (script.name == "create") {
        more = {dice.number(3, now - 1),
                dice.number(2, now),
                soon,
                dice.any({"0", "0", "1", "2", "3"}),
                dice.any({"0", "1"}),
                dice.number(200, now + 100),
                dice.any({"", "", "s1", "s2", "none"}),
                dice.number(300, now + 100),
                "sub",
                user,
                "created_us",
                dice.number(1U << 31U, now * 1000000),
                "expires_at",
                soon,
                "tokens_until",
                dice.number(300, now),
                "refresh",
                hash};
        if (dice.roll(2) == 0) {
            more.insert(more.end(), {"tenant", "t1", "claims",
                                     R"({"a":")" + std::string(dice.roll(4000), 'c') + "\"}"});
        }
        if (dice.roll(6) == 0) {
            more.insert(more.end(), {"created_us", "none", "last_activity_at", "12"});
        }
    } else if (script.name == "end") {
        more = {dice.number(300, now + 50), id, "jti" + dice.number(3)};
    } else if (script.name == "touch") {
        more = {dice.any({"0", "5", "60"})};
    } else if (script.name == "extend") {
        more = {dice.number(4, now - 3), dice.number(300, now + 100), id, "jti" + dice.number(3)};
    } else if (script.name == "rotate") {
        more = {hash,
                "r" + dice.number(4),
                dice.any({"djE", "djI"}),
                dice.number(300, now + 100),
                dice.any({"0", "3", "10", "10"}),
                dice.any({"0", "0", "0", "5"}),
                dice.number(300, now + 100)};
    } else {
        more = {dice.number(300, now + 100)};
    }
    Arguments call = session::call_script("", policy_of(), user, id, now, more);
    call[1] = script.source;
    return call;
}

Arguments other_writer(Dice& dice, std::int64_t now) {
    const std::string id = "s" + dice.number(6);
    switch (dice.roll(6)) {
        case 0:
            return {"SET", "session:stale:{42}",
                    dice.any({"*", "0", "0", "0", "0", "0", "0", "0", "x"}), "EX", "500"};
        case 1:
            return {"SET", "session:stale:{42}", dice.number(5, now - 3)};
        case 2:
            return {"DEL", "session:stale:{42}", "session:data:{42}:" + id};
        case 3:
            return {"DEL", "session:revoked:{42}:" + id, "session:revoked:{43}:" + id};
        case 4:
            return {"HSET", "session:data:{42}:" + id, dice.any({"created_at", "expires_at"}),
                    dice.any({"", "x", "1.5", "1700000000"})};
        default:
            return {"HDEL", "session:data:{42}:" + id, dice.any({"refresh", "sub", "created_us"})};
    }
}

}  // namespace

TEST_CASE("as Redis: plain commands" * doctest::skip(socket_path() == nullptr)) {
    for (unsigned round = 0; round < 60; ++round) {
        CAPTURE(round);
        Dice dice(round);
        Both both;
        for (int i = 0; i < 400; ++i) {
            both.ask(plain_command(dice));
        }
        both.compare();
    }
}

TEST_CASE("as Redis: the steps of sessions" * doctest::skip(socket_path() == nullptr)) {
    int failed = 0;
    for (unsigned round = 0; round < 150; ++round) {
        CAPTURE(round);
        Dice dice(round + 1000);
        Both both;
        std::int64_t now = std::time(nullptr);
        for (int i = 0; i < 200; ++i) {
            // A script that fails in Redis has done what it did so far; here it has done nothing.
            const bool other = dice.roll(8) == 0;
            if (both.ask(other ? other_writer(dice, now) : script_call(dice, now)) == "error" &&
                !other) {
                break;
            }
            now += dice.roll(4) == 0 ? 1 : 0;
        }
        failed += both.asked() < 200 ? 1 : 0;
        if (both.asked() < 200) {
            continue;
        }
        both.compare();
    }
    CHECK(failed < 75);
}
