// The embedded store as those who ask it see it; that it answers as Redis does is in as_redis.cpp.
#include "../../src/store/engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "../../src/session/record.hpp"
#include "engines.hpp"

using redis::Arguments;
using redis::Reply;
using stores::kNow;

namespace {

session::Policy policy_of() {
    session::Policy policy;
    policy.lifetimes.access = 900;
    policy.lifetimes.absolute = 10000;
    return policy;
}

session::Beginning login(const std::string& user, const std::string& id, std::int64_t now = kNow) {
    session::Beginning beginning;
    beginning.user = user;
    beginning.id = id;
    beginning.claims = R"({"role":"admin"})";
    beginning.address = "192.0.2.1";
    beginning.user_agent = std::string(100, 'u');
    beginning.refresh_hash = std::string(43, 'r');
    beginning.issued = now;
    beginning.latest = now + 1;
    beginning.now = now;
    beginning.created_us = now * 1000000;
    beginning.expires = now + 5000;
    beginning.tokens_until = now + 900;
    return beginning;
}

bool is_full(const Reply& reply) {
    return reply.is_error() && reply.text.compare(0, 4, "OOM ") == 0;
}

// Logs in until there is no room; how often that went well.
int fill(engines::Store& store, const std::string& user, std::int64_t now = kNow) {
    int count = 0;
    while (true) {
        const std::string id = user + std::to_string(count);
        const Reply reply = store.run(session::create_record(policy_of(), login(id, id, now)), now);
        if (is_full(reply)) {
            return count;
        }
        REQUIRE(session::read_begun(reply).outcome == session::Begun::Outcome::created);
        ++count;
    }
}

}  // namespace

TEST_CASE("engine: what it does not know is an error") {
    engines::Store store;
    CHECK(store.run({"FLUSHALL"}).is_error());
    CHECK(store.run({"GET"}).is_error());
    CHECK(store.run({"GET", "a", "b"}).is_error());
    CHECK(store.run({"EVAL", "return 1", "0"}).is_error());
    CHECK(store.run({"EVAL"}).is_error());
    const std::string known = session::scripts().front().source;
    CHECK(store.run({"EVAL", known}).is_error());
    CHECK(store.run({"EVAL", known, "2"}).is_error());
    CHECK(store.run({"EVAL", known, "99999999999999999999", "a"}).is_error());
    CHECK(store.run({"EVAL", known, "18446744073709551615", "a"}).is_error());
    CHECK(store.run({"EVAL", known, "0"}).is_error());
    CHECK(stores::flaw(store.memory) == "");
}

TEST_CASE("engine: several commands are answered in their order, each for itself") {
    engines::Store store;
    const auto replies = store.engine.run(
        {{"SET", "a", "1"}, {"HGET", "a", "f"}, {"GET", "a"}, {"NONE"}, {"EXISTS", "a"}}, kNow);
    REQUIRE(replies.size() == 5);
    CHECK(replies[0].text == "OK");
    CHECK(replies[1].is_error());
    CHECK(replies[2].text == "1");
    CHECK(replies[3].is_error());
    CHECK(replies[4].integer == 1);
}

TEST_CASE("engine: full is for records first; sessions go on, end and are revoked") {
    engines::Store store(1 << 20);
    const int count = fill(store, "u");
    CHECK(count > 500);
    CHECK(stores::flaw(store.memory) == "");
    CHECK(is_full(store.run({"HSET", "session:data:{x}:y", "a", std::string(600, 'x')})));
    CHECK(store.run({"EXISTS", "session:data:{x}:y"}).integer == 0);

    session::Session session;
    session.user = session.id = "u0";
    session.issued = kNow;
    CHECK(session::read_extension(store.run(session::extend_record(
              policy_of(), session, kNow + 6000, kNow))) == session::Extension::extended);
    for (int i = 0; i < count; ++i) {
        const std::string id = "u" + std::to_string(i);
        REQUIRE(session::is_done(store.run(
            session::end_session(policy_of(), {id, id, {"jti" + id}, kNow + 900}, kNow))));
        REQUIRE(store.run({"EXISTS", "session:revoked:{" + id + "}:" + id}).integer == 1);
    }
    CHECK(fill(store, "v") > 50);
    CHECK(store.run({"EXISTS", "session:revoked:{u0}:u0", "session:revoked:{u0}:jtiu0"}).integer ==
          2);
}

TEST_CASE("engine: what has expired makes room before anybody is refused") {
    engines::Store store(1 << 20);
    const int count = fill(store, "u");
    const std::int64_t later = kNow + 5001;
    CHECK(fill(store, "v", later) > count * 9 / 10);
    CHECK(store.run({"EXISTS", "session:data:{u1}:u1"}, later).integer == 0);
    CHECK(stores::flaw(store.memory) == "");
}

TEST_CASE("engine: a revocation that cannot be kept is an error, and changes nothing") {
    engines::Store store(1 << 18);
    fill(store, "u");
    int kept = 0;
    Reply reply;
    while (true) {
        const std::string id = "other" + std::to_string(kept);
        reply = store.run(session::end_session(policy_of(), {"o", id, {}, kNow + 900}, kNow));
        if (reply.is_error()) {
            CHECK(store.run({"EXISTS", "session:revoked:{o}:" + id}).integer == 0);
            break;
        }
        ++kept;
    }
    CHECK(is_full(reply));
    CHECK(kept > 100);
    for (int i = 0; i < kept; ++i) {
        CHECK(store.run({"EXISTS", "session:revoked:{o}:other" + std::to_string(i)}).integer == 1);
    }
    CHECK(stores::flaw(store.memory) == "");
}

TEST_CASE("engine: a script is one group of effects, which do the same elsewhere") {
    engines::Store store;
    engines::Store copy;
    std::vector<store::Effects> groups;
    store.engine.keyspace().set_sink([&groups](const store::Effects& effects) {
        groups.push_back(effects);
        return true;
    });
    store.run(session::create_record(policy_of(), login("42", "s1")));
    store.run(session::create_record(policy_of(), login("42", "s2")));
    store.run({"GET", "nothing"});
    store.run(session::end_all_sessions(policy_of(), "42", kNow));
    REQUIRE(groups.size() == 3);
    for (const store::Effects& group : groups) {
        store::Change change(copy.engine.keyspace(), kNow);
        for (const std::string& effect : group) {
            copy.engine.keyspace().apply(effect);
        }
        change.commit();
    }
    for (const char* key : {"session:revoked:{42}:s1", "session:revoked:{42}:s2",
                            "session:stale:{42}", "session:data:{42}:s1", "session:user:{42}"}) {
        CAPTURE(key);
        CHECK(copy.run({"EXISTS", key}).integer == store.run({"EXISTS", key}).integer);
        CHECK(copy.run({"TTL", key}).integer == store.run({"TTL", key}).integer);
    }
}

TEST_CASE("engine: a user with ten thousand sessions, one of whom ends them all") {
    engines::Store store(64 << 20);
    constexpr int kSessions = 10000;
    for (int i = 0; i < kSessions; ++i) {
        REQUIRE_FALSE(
            store.run(session::create_record(policy_of(), login("42", "s" + std::to_string(i))))
                .is_error());
    }
    CHECK(store.run({"ZCARD", "session:user:{42}"}).integer == kSessions);
    const double bytes = static_cast<double>(store.engine.keyspace().usage().bytes) / kSessions;
    MESSAGE("bytes a session: " << bytes);
    CHECK(session::is_done(store.run(session::end_all_sessions(policy_of(), "42", kNow))));
    CHECK(store.run({"EXISTS", "session:user:{42}"}).integer == 0);
    CHECK(store.run({"GET", "session:stale:{42}"}).text == std::to_string(kNow));
    for (int i = 0; i < kSessions; i += 99) {
        CHECK(store.run({"EXISTS", "session:revoked:{42}:s" + std::to_string(i)}).integer == 1);
    }
    CHECK(stores::flaw(store.memory) == "");
}

TEST_CASE("engine: SCAN tells every key once") {
    engines::Store store;
    for (int i = 0; i < 1000; ++i) {
        store.run({"SET", "k" + std::to_string(i), "1"});
        store.run({"HSET", "h" + std::to_string(i), "f", "1"});
    }
    std::vector<std::string> seen;
    std::string cursor = "0";
    do {
        const Reply reply =
            store.run({"SCAN", cursor, "MATCH", "h*", "COUNT", "50", "TYPE", "hash"});
        REQUIRE(reply.elements.size() == 2);
        cursor = reply.elements[0].text;
        for (const Reply& key : reply.elements[1].elements) {
            seen.push_back(key.text);
        }
    } while (cursor != "0");
    std::sort(seen.begin(), seen.end());
    CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
    CHECK(seen.size() == 1000);
    CHECK(store.run({"SCAN", "x"}).is_error());
    CHECK(store.run({"SCAN", "99999999999"}).elements[0].text == "0");
    CHECK(store.run({"DBSIZE"}).integer == 2000);
}

TEST_CASE("engine: effects that are none are refused") {
    for (const std::string& bytes :
         {std::string(), std::string("P"), std::string("X") + std::string(8, '\0'),
          std::string("P") + std::string(8, '\0') + "\5", std::string("D") + std::string(8, '\0'),
          std::string("D") + std::string(8, '\0') + std::string("\xff\xff\xff\xff", 4) + "a"}) {
        CHECK_FALSE(store::read_effect(bytes));
    }
    const std::string good = store::write_effect({store::Effect::Kind::put, {"key", "value"}, 7});
    CHECK(store::read_effect(good)->texts.at(1) == "value");
    CHECK(store::read_effect(good)->expires == 7);
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK_FALSE(store::read_effect(good.substr(0, size)));
    }
}
