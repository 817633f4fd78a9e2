// The connection that tells what changes: what is said, what is understood, and what ends it.
#include "../../src/redis/tracking.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using redis::Arguments;
using redis::Login;
using redis::Tracking;

namespace {

using Events = std::vector<std::string>;

struct Recorder : Tracking::Listener {
    Events events;

    void tracking() override { events.emplace_back("tracking"); }
    void not_tracking(std::string_view reason) override {
        events.push_back("not tracking: " + std::string(reason));
    }
    void changed(std::string_view key) override { events.push_back("changed " + std::string(key)); }
    void flushed() override { events.emplace_back("flushed"); }
    void proven(std::uint64_t stamp) override {
        events.push_back("proven " + std::to_string(stamp));
    }
};

std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

std::string array(const std::vector<std::string>& elements) {
    std::string bytes = "*" + std::to_string(elements.size()) + "\r\n";
    for (const std::string& element : elements) {
        bytes += element;
    }
    return bytes;
}

std::string message(const std::string& payload) {
    return array({bulk("message"), bulk("__redis__:invalidate"), payload});
}

std::string changes(const std::vector<std::string>& keys) {
    std::vector<std::string> elements;
    for (const std::string& key : keys) {
        elements.push_back(bulk(key));
    }
    return message(array(elements));
}

std::string commands(const std::vector<Arguments>& all) {
    std::string bytes;
    for (const Arguments& arguments : all) {
        redis::append_command(bytes, arguments);
    }
    return bytes;
}

const std::string kPong = array({bulk("pong"), bulk("")});
const std::string kSubscribed = array({bulk("subscribe"), bulk("__redis__:invalidate"), ":1\r\n"});
const std::string kSubscribe = commands({{"SUBSCRIBE", "__redis__:invalidate"}});

// A connection whose output goes out at once.
struct Talk {
    explicit Talk(const Login& login = {}, std::vector<std::string> prefixes = {"p:", "q"})
        : own(login, std::move(prefixes), recorder) {}

    std::string said() {
        const std::string bytes(own.unsent());
        own.sent(bytes.size());
        return bytes;
    }

    // In pieces of that size; false where one of them ended it.
    bool hear(const std::string& bytes, std::size_t size = 1000000) {
        for (std::size_t i = 0; i < bytes.size(); i += size) {
            if (!own.receive(std::string_view(bytes).substr(i, size))) {
                return false;
            }
        }
        return true;
    }

    Recorder recorder;
    Tracking own;
};

const std::vector<std::string> kConsents = {"+PONG\r\n", ":7\r\n", "+OK\r\n", kSubscribed};

// As far as the server's consent to so many questions leads.
void agree(Talk& talk, std::size_t steps = 4, std::size_t size = 1000000) {
    for (std::size_t i = 0; i < steps; ++i) {
        talk.said();
        REQUIRE(talk.hear(kConsents[i], size));
    }
}

// Tracks, has said all, and has told of nothing yet.
struct Tracked : Talk {
    Tracked() {
        agree(*this);
        said();
        recorder.events.clear();
    }
};

bool ends(const std::string& bytes) {
    Tracked talk;
    const bool ended = !talk.hear(bytes);
    CHECK(talk.recorder.events.empty());
    return ended;
}

}  // namespace

TEST_CASE("tracking: each question waits for the answer to the one before") {
    for (const std::size_t size : {1000000, 1, 2, 3}) {
        Talk talk;
        CHECK(talk.said() == commands({{"PING"}}));
        CHECK(talk.hear("+PONG\r\n", size));
        CHECK(talk.said() == commands({{"CLIENT", "ID"}}));
        CHECK(talk.hear(":9007199254740993\r\n", size));
        CHECK(talk.said() == commands({{"CLIENT", "TRACKING", "ON", "REDIRECT", "9007199254740993",
                                        "BCAST", "PREFIX", "p:", "PREFIX", "q"}}));
        CHECK(talk.hear("+OK\r\n", size));
        CHECK(talk.said() == kSubscribe);
        CHECK(talk.recorder.events.empty());
        CHECK(talk.hear(kSubscribed, size));
        CHECK(talk.recorder.events == Events{"tracking"});
        CHECK(talk.said().empty());
    }
}

TEST_CASE("tracking: half an answer is none") {
    Talk talk;
    for (const std::string& consent : kConsents) {
        CHECK_FALSE(talk.said().empty());
        const std::size_t half = consent.size() / 2;
        CHECK(talk.hear(consent.substr(0, half)));
        CHECK(talk.said().empty());
        CHECK(talk.recorder.events.empty());
        CHECK(talk.hear(consent.substr(half)));
    }
    CHECK(talk.recorder.events == Events{"tracking"});
}

TEST_CASE("tracking: who is to sign in and choose a database does so first") {
    Talk talk({"web", "pw", 3});
    CHECK(talk.said() == commands({{"AUTH", "web", "pw"}, {"SELECT", "3"}, {"PING"}}));
    CHECK(talk.hear("+OK\r\n"));
    CHECK(talk.hear("+OK\r\n"));
    CHECK(talk.said().empty());
    CHECK(talk.hear("+PONG\r\n"));
    CHECK(talk.said() == commands({{"CLIENT", "ID"}}));

    Talk password({"", "pw", 0});
    CHECK(password.said() == commands({{"AUTH", "pw"}, {"PING"}}));
    CHECK(password.hear("+OK\r\n+PONG\r\n", 1));
    CHECK(password.said() == commands({{"CLIENT", "ID"}}));

    Talk database({"", "", 1});
    CHECK(database.said() == commands({{"SELECT", "1"}, {"PING"}}));
}

TEST_CASE("tracking: without a prefix all keys are told of") {
    Talk talk({}, {});
    agree(talk, 2);
    CHECK(talk.said() == commands({{"CLIENT", "TRACKING", "ON", "REDIRECT", "7", "BCAST"}}));
}

TEST_CASE("tracking: what is said may go out in pieces") {
    Talk talk({"web", "pw", 3}, {"p:"});
    std::string out;
    while (!talk.own.unsent().empty()) {
        out += talk.own.unsent().front();
        talk.own.sent(1);
    }
    CHECK(out == commands({{"AUTH", "web", "pw"}, {"SELECT", "3"}, {"PING"}}));
}

TEST_CASE("tracking: a server that is not fit to answer may be so later") {
    for (const std::string reply :
         {"-LOADING Redis is loading the dataset in memory\r\n", "-NOAUTH required\r\n",
          "-MASTERDOWN Link with MASTER is down\r\n", "-ERR max number of clients reached\r\n"}) {
        Talk talk;
        talk.said();
        CHECK_FALSE(talk.hear(reply));
        CHECK(talk.recorder.events.empty());
        CHECK(talk.said().empty());
        CHECK_FALSE(talk.hear("+PONG\r\n"));
    }
    Talk talk({"web", "pw", 3});
    talk.said();
    CHECK_FALSE(talk.hear("-WRONGPASS invalid\r\n-NOAUTH x\r\n-NOAUTH x\r\n"));
    CHECK(talk.recorder.events.empty());
    CHECK(talk.said().empty());
}

TEST_CASE("tracking: an account that may not PING in the greeting is greeted") {
    Talk talk;
    talk.said();
    CHECK(talk.hear("-NOPERM this user has no permissions to run the 'ping' command\r\n"));
    CHECK(talk.said() == commands({{"CLIENT", "ID"}}));
}

TEST_CASE("tracking: a server that cannot or will not track says so, in words for a log") {
    struct Refusal {
        std::size_t consents;
        std::string reply;
        std::string reason;
    };
    const std::vector<Refusal> refusals = {
        {1, "-ERR unknown command 'CLIENT'\r\n",
         "CLIENT ID was answered with ERR unknown command 'CLIENT'"},
        {1, "+7\r\n", "CLIENT ID was answered with 7"},
        {1, "$-1\r\n", "CLIENT ID was answered with "},
        {2, "-ERR unknown subcommand \x1b[2J\x7f\r\n",
         "CLIENT TRACKING was answered with ERR unknown subcommand ?[2J?"},
        {2, bulk("OK"), "CLIENT TRACKING was answered with OK"},
        {2, ":1\r\n", "CLIENT TRACKING was answered with "},
        {3, "-NOPERM No permissions to access a channel\r\n",
         "NOPERM No permissions to access a channel"},
        {3, "+OK\r\n", "unexpected reply"},
        {3, "*0\r\n", "unexpected reply"},
        {3, "*-1\r\n", "unexpected reply"},
        {3, kPong, "unexpected reply"},
        {3, changes({"p:1"}), "unexpected reply"},
    };
    for (const Refusal& refusal : refusals) {
        CAPTURE(refusal.reply);
        Talk talk;
        agree(talk, refusal.consents);
        talk.said();
        CHECK_FALSE(talk.hear(refusal.reply));
        CHECK(talk.recorder.events == Events{"not tracking: " + refusal.reason});
        CHECK(talk.said().empty());
        CHECK_FALSE(talk.hear(kSubscribed));
        talk.own.ping(1);
        CHECK(talk.said().empty());
        CHECK(talk.recorder.events.size() == 1);
    }
}

TEST_CASE("tracking: a refusal without end does not fill the log") {
    Talk talk;
    agree(talk, 2);
    talk.said();
    CHECK_FALSE(talk.hear("-ERR " + std::string(5000, 'x') + "\r\n"));
    REQUIRE(talk.recorder.events.size() == 1);
    CHECK(talk.recorder.events[0].size() < 250);
}

TEST_CASE("tracking: garbage ends it at any time and is no word about the server") {
    for (std::size_t steps = 0; steps <= kConsents.size(); ++steps) {
        Talk talk;
        agree(talk, steps);
        talk.said();
        talk.recorder.events.clear();
        CHECK_FALSE(talk.hear("HTTP/1.1 400 Bad Request\r\n\r\n"));
        CHECK(talk.recorder.events.empty());
        CHECK_FALSE(talk.hear("+PONG\r\n"));
    }
}

TEST_CASE("tracking: every key of a message is told, in order") {
    Tracked talk;
    CHECK(talk.hear(changes({"p:1", "", "q", "p:\r\n+OK"})));
    CHECK(talk.hear(changes({})));
    CHECK(talk.hear(changes({"p:2"})));
    CHECK(talk.recorder.events ==
          Events{"changed p:1", "changed ", "changed q", "changed p:\r\n+OK", "changed p:2"});
}

TEST_CASE("tracking: a message without keys is about all of them") {
    for (const std::string nil : {"*-1\r\n", "$-1\r\n"}) {
        Tracked talk;
        CHECK(talk.hear(message(nil)));
        CHECK(talk.recorder.events == Events{"flushed"});
    }
}

TEST_CASE("tracking: pings are answered in their order, behind the changes before them") {
    Tracked talk;
    talk.own.ping(10);
    talk.own.ping(20);
    CHECK(talk.own.oldest_ping() == 10U);
    CHECK(talk.said() == commands({{"PING"}, {"PING"}}));
    CHECK(talk.hear(changes({"p:1"}) + kPong + message("*-1\r\n")));
    CHECK(talk.own.oldest_ping() == 20U);
    talk.own.ping(30);
    CHECK(talk.said() == commands({{"PING"}}));
    CHECK(talk.hear(kPong + changes({"p:2"}) + kPong));
    CHECK_FALSE(talk.own.oldest_ping());
    CHECK(talk.recorder.events ==
          Events{"changed p:1", "proven 10", "flushed", "proven 20", "changed p:2", "proven 30"});
}

TEST_CASE("tracking: a stream that is cut anywhere tells the same") {
    const std::string stream = changes({"p:1", "p:2"}) + kPong + message("*-1\r\n") + kPong;
    const Events expected = {"changed p:1", "changed p:2", "proven 1", "flushed", "proven 2"};
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Tracked talk;
        talk.own.ping(1);
        talk.own.ping(2);
        talk.said();
        CHECK(talk.hear(stream.substr(0, cut)));
        CHECK(talk.hear(stream.substr(cut)));
        CHECK(talk.recorder.events == expected);
    }
    for (const std::size_t size : {1, 2, 3, 7}) {
        Tracked talk;
        talk.own.ping(1);
        talk.own.ping(2);
        talk.said();
        CHECK(talk.hear(stream, size));
        CHECK(talk.recorder.events == expected);
    }
}

TEST_CASE("tracking: nothing is asked before it tracks") {
    for (std::size_t steps = 0; steps < kConsents.size(); ++steps) {
        Talk talk;
        agree(talk, steps);
        talk.said();
        talk.own.ping(1);
        CHECK(talk.said().empty());
        CHECK_FALSE(talk.own.oldest_ping());
    }
    Talk talk;
    talk.own.ping(1);
    agree(talk);
    CHECK(talk.said().empty());
    CHECK_FALSE(talk.hear(kPong));
    CHECK(talk.recorder.events == Events{"tracking"});
}

TEST_CASE("tracking: a sign of life that nobody asked for ends it") {
    CHECK(ends(kPong));
    Tracked talk;
    talk.own.ping(1);
    talk.said();
    CHECK_FALSE(talk.hear(kPong + kPong));
    CHECK(talk.recorder.events == Events{"proven 1"});
}

TEST_CASE("tracking: what is neither a message of ours nor a sign of life ends it") {
    const std::string channel = bulk("__redis__:invalidate");
    const std::string keys = array({bulk("p:1")});
    CHECK(ends("+OK\r\n"));
    CHECK(ends("+PONG\r\n"));
    CHECK(ends(":1\r\n"));
    CHECK(ends("$-1\r\n"));
    CHECK(ends("*-1\r\n"));
    CHECK(ends("*0\r\n"));
    CHECK(ends(bulk("message")));
    CHECK(ends("-ERR x\r\n"));
    CHECK(ends(kSubscribed));
    CHECK(ends(array({bulk("message"), channel})));
    CHECK(ends(array({bulk("message"), channel, keys, keys})));
    CHECK(ends(array({bulk("message"), bulk("other"), keys})));
    CHECK(ends(array({bulk("pmessage"), channel, keys})));
    CHECK(ends(array({":1\r\n", channel, keys})));
    CHECK(ends(array({array({bulk("message")}), channel, keys})));
    CHECK(ends(message(bulk("p:1"))));
    CHECK(ends(message(":1\r\n")));
    CHECK(ends(message("+OK\r\n")));
    CHECK(ends(message("-ERR x\r\n")));
}

TEST_CASE("tracking: a message with anything but keys ends it before a key of it is told") {
    for (const std::string odd :
         {":5\r\n", "$-1\r\n", "*1\r\n$1\r\na\r\n", "*-1\r\n", "-ERR x\r\n", "+p:1\r\n"}) {
        CHECK(ends(message(array({bulk("p:1"), odd}))));
        CHECK(ends(message(array({odd, bulk("p:1")}))));
    }
}

TEST_CASE("tracking: an answer to what has not been sent ends it") {
    for (std::size_t steps = 0; steps < kConsents.size(); ++steps) {
        Talk talk;
        agree(talk, steps);
        CHECK_FALSE(talk.hear(kConsents[steps]));
        CHECK(talk.recorder.events.empty());
    }
    Talk at_once;
    at_once.said();
    CHECK_FALSE(at_once.hear(kConsents[0] + kConsents[1] + kConsents[2] + kConsents[3]));
    CHECK(at_once.recorder.events.empty());
}

TEST_CASE("tracking: a sign of life proves nothing before its ping has been sent") {
    Tracked unsent;
    unsent.own.ping(1);
    CHECK_FALSE(unsent.hear(kPong));
    CHECK(unsent.recorder.events.empty());

    Tracked half;
    half.own.ping(1);
    half.own.sent(half.own.unsent().size() - 1);
    CHECK_FALSE(half.hear(kPong));
    CHECK(half.recorder.events.empty());

    Tracked one;
    one.own.ping(1);
    const std::size_t size = one.own.unsent().size();
    one.own.ping(2);
    one.own.sent(size);
    CHECK(one.hear(changes({"p:1"}) + kPong));  // which need not wait for the second ping
    CHECK(one.recorder.events == Events{"changed p:1", "proven 1"});
    CHECK_FALSE(one.hear(kPong));
    CHECK(one.recorder.events.size() == 2);
}

TEST_CASE("tracking: an error is no sign of life") {
    Tracked talk;
    talk.own.ping(1);
    talk.said();
    CHECK_FALSE(talk.hear("-LOADING Redis is loading the dataset in memory\r\n"));
    CHECK(talk.recorder.events.empty());
}

TEST_CASE("tracking: an account that may not ask for a sign of life gets none") {
    Tracked talk;
    talk.own.ping(1);
    talk.said();
    CHECK_FALSE(talk.hear("-NOPERM this user has no permissions to run the 'ping' command\r\n"));
    CHECK(talk.recorder.events.size() == 1);
    CHECK(talk.recorder.events.at(0).find("not tracking: PING was answered with NOPERM") == 0);
}

TEST_CASE("tracking: a message that is too large ends it before a key of it is told") {
    Tracked talk;
    const std::vector<std::string> keys(2000, std::string(1000, 'k'));
    CHECK_FALSE(talk.hear(changes(keys), 8192));
    CHECK(talk.recorder.events.empty());
}
