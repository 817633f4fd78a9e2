// The connection on which a sentinel names the master: what is said, what is understood, what ends
// it.
#include "../../src/redis/sentinel.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using redis::Arguments;
using redis::Login;
using redis::Sentinel;

namespace {

using Events = std::vector<std::string>;

struct Recorder : Sentinel::Listener {
    Events events;

    void master_is(std::string_view host, std::uint16_t port) override {
        events.push_back(std::string(host) + " " + std::to_string(port));
    }
    void refused(std::string_view reason) override {
        events.push_back("refused: " + std::string(reason));
    }
};

std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

std::string texts(const std::vector<std::string>& elements) {
    std::string bytes = "*" + std::to_string(elements.size()) + "\r\n";
    for (const std::string& element : elements) {
        bytes += bulk(element);
    }
    return bytes;
}

std::string commands(const std::vector<Arguments>& all) {
    std::string bytes;
    for (const Arguments& arguments : all) {
        redis::append_command(bytes, arguments);
    }
    return bytes;
}

std::string switched(const std::string& text) {
    return texts({"message", "+switch-master", text});
}

const Arguments kAsk = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"};
const Arguments kJoin = {"SUBSCRIBE", "+switch-master"};
const Arguments kLeave = {"UNSUBSCRIBE", "+switch-master"};
const std::string kAnswer = texts({"10.0.0.1", "6379"});
const std::string kJoined = "*3\r\n" + bulk("subscribe") + bulk("+switch-master") + ":1\r\n";
const std::string kLeft = "*3\r\n" + bulk("unsubscribe") + bulk("+switch-master") + ":0\r\n";

// A connection whose output goes out at once.
struct Talk {
    explicit Talk(const Login& login = {}) : own(login, "m", recorder) {}

    std::string said() {
        const std::string bytes(own.unsent());
        own.sent(bytes.size());
        return bytes;
    }

    bool hear(const std::string& bytes, std::size_t size = 1000000) {
        for (std::size_t i = 0; i < bytes.size(); i += size) {
            if (!own.receive(std::string_view(bytes).substr(i, size))) {
                return false;
            }
        }
        return true;
    }

    Recorder recorder;
    Sentinel own;
};

// Has asked once, was answered, and listens.
struct Listening : Talk {
    Listening() {
        said();
        REQUIRE(hear("+PONG\r\n"));
        said();
        REQUIRE(hear(kAnswer + kJoined));
        recorder.events.clear();
    }
};

}  // namespace

TEST_CASE("sentinel: asks and subscribes in one breath, and hears of the master") {
    for (const std::size_t size : {1000000, 1, 2, 3}) {
        Talk talk({"web", "pw", 0});
        CHECK(talk.said() == commands({{"AUTH", "web", "pw"}, {"PING"}}));
        CHECK(talk.hear("+OK\r\n+PONG\r\n", size));
        CHECK(talk.said() == commands({kAsk, kJoin}));
        CHECK(talk.own.waiting());
        CHECK(talk.hear(kAnswer, size));
        CHECK(talk.own.waiting());
        CHECK(talk.hear(kJoined, size));
        CHECK_FALSE(talk.own.waiting());
        CHECK(talk.recorder.events == Events{"10.0.0.1 6379"});
        CHECK(talk.said().empty());
    }
}

TEST_CASE("sentinel: an announcement names the new master, of ours alone") {
    for (const std::size_t size : {1000000, 1, 5}) {
        Listening talk;
        CHECK(talk.hear(switched("m 10.0.0.1 6379 redis-2.test 6380"), size));
        CHECK(talk.hear(switched("mm 10.0.0.1 6379 10.0.0.9 6380"), size));
        CHECK(talk.hear(switched("other"), size));
        CHECK(talk.recorder.events == Events{"redis-2.test 6380"});
    }
}

TEST_CASE("sentinel: to ask again it leaves the subscription, and may hear of a change meanwhile") {
    Listening talk;
    talk.own.ask();
    CHECK(talk.own.waiting());
    CHECK(talk.said() == commands({kLeave, kAsk, kJoin}));
    talk.own.ask();
    CHECK(talk.said().empty());
    CHECK(talk.hear(switched("m 10.0.0.1 6379 10.0.0.2 6379") + kLeft + texts({"::1", "1"})));
    CHECK(talk.recorder.events == Events{"10.0.0.2 6379", "::1 1"});
    CHECK(talk.hear(kJoined));
    CHECK(talk.own.waiting());  // the second question, which came too late for this round
    CHECK(talk.said() == commands({kLeave, kAsk, kJoin}));
    CHECK(talk.hear(kLeft + kAnswer + kJoined));
    CHECK_FALSE(talk.own.waiting());
}

TEST_CASE("sentinel: what is asked before the first answer is one more round") {
    Talk talk;
    talk.own.ask();
    CHECK(talk.said() == commands({{"PING"}}));
    CHECK(talk.hear("+PONG\r\n"));
    CHECK(talk.said() == commands({kAsk, kJoin}));
    CHECK(talk.hear(kAnswer + kJoined));
    CHECK(talk.said() == commands({kLeave, kAsk, kJoin}));
}

TEST_CASE("sentinel: a refusal is told in words for a log") {
    const std::vector<std::pair<std::string, std::string>> answers = {
        {"*-1\r\n", "no master \"m\" is known there"},
        {"$-1\r\n", "no master \"m\" is known there"},
        {"-NOPERM no\x1b\r\n", "SENTINEL was answered with NOPERM no?"},
        {"-ERR unknown command\r\n", "SENTINEL was answered with ERR unknown command"},
    };
    for (const auto& [answer, reason] : answers) {
        Talk talk;
        talk.said();
        REQUIRE(talk.hear("+PONG\r\n"));
        talk.said();
        CHECK_FALSE(talk.hear(answer));
        CHECK(talk.recorder.events == Events{"refused: " + reason});
        CHECK_FALSE(talk.hear(kAnswer));
        talk.own.ask();
        CHECK(talk.said().empty());
    }
    Talk login({"", "pw", 0});
    login.said();
    CHECK_FALSE(login.hear("-WRONGPASS invalid\r\n-NOAUTH x\r\n"));
    CHECK(login.recorder.events == Events{"refused: AUTH was answered with WRONGPASS invalid"});

    Talk channel;
    channel.said();
    REQUIRE(channel.hear("+PONG\r\n"));
    channel.said();
    CHECK_FALSE(channel.hear(kAnswer + "-NOPERM channel\r\n"));
    CHECK(channel.recorder.events ==
          Events{"10.0.0.1 6379", "refused: SUBSCRIBE was answered with NOPERM channel"});
}

TEST_CASE("sentinel: an answer that is no address ends it and names nobody") {
    for (const auto& answer :
         {texts({"10.0.0.1"}), texts({"10.0.0.1", "0"}), texts({"10.0.0.1", "65536"}),
          texts({"10.0.0.1", "63 79"}), texts({"10.0.0.1", ""}), texts({"10.0.0.1", "-1"}),
          texts({"", "6379"}), texts({"a b", "6379"}), texts({"a\nb", "6379"}),
          texts({std::string(256, 'a'), "6379"}), texts({"a", "1", "2"}), bulk("10.0.0.1"),
          std::string("+OK\r\n"), std::string(":1\r\n"), std::string("*0\r\n"),
          std::string("*2\r\n:1\r\n:2\r\n"), kJoined}) {
        CAPTURE(answer);
        Talk talk;
        talk.said();
        REQUIRE(talk.hear("+PONG\r\n"));
        talk.said();
        CHECK_FALSE(talk.hear(answer));
        CHECK(talk.recorder.events.empty());
    }
}

TEST_CASE("sentinel: what it does not understand while it listens ends it") {
    for (const auto& words :
         {switched("m 10.0.0.1 6379 10.0.0.2"), switched("m 10.0.0.1 6379 10.0.0.2 0"),
          switched("m"), switched("m a 1 b 2 c"), switched("m a 1  2"), kAnswer, kJoined, kLeft,
          texts({"message", "+sdown", "m"}), std::string("+PONG\r\n"), std::string("-ERR x\r\n"),
          std::string("*3\r\n") + bulk("message") + bulk("+switch-master") + ":1\r\n",
          std::string("HTTP/1.1 400\r\n")}) {
        CAPTURE(words);
        Listening talk;
        CHECK_FALSE(talk.hear(words));
        CHECK(talk.recorder.events.empty());
    }
}

TEST_CASE("sentinel: no answer counts before its question has been sent") {
    Talk greeting;
    CHECK_FALSE(greeting.hear("+PONG\r\n"));
    Talk first;
    first.said();
    REQUIRE(first.hear("+PONG\r\n"));
    CHECK_FALSE(first.hear(kAnswer));
    CHECK(first.recorder.events.empty());
    Listening later;
    later.own.ask();
    CHECK_FALSE(later.hear(kLeft));
    Listening message;
    message.own.ask();
    CHECK(message.hear(switched("m a 1 b 2")));
    CHECK(message.recorder.events == Events{"b 2"});
}
