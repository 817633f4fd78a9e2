#include "../../src/session/admin_records.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using session::Policy;
using session::RecordWalk;
using session::SessionRecord;

namespace {

constexpr std::int64_t kNow = 1700000000;

Policy policy_of(const char* prefix = "session:") {
    Policy policy;
    policy.store_prefix = prefix;
    policy.lifetimes.absolute = 10000;
    return policy;
}

// The fields in the order of the question, what is empty absent.
Reply fields(const std::vector<std::string>& texts) {
    std::vector<Reply> elements;
    for (const std::string& text : texts) {
        elements.push_back(text.empty() ? replies::nil() : replies::string(text));
    }
    return replies::array(std::move(elements));
}

Reply record_of(const std::string& user) {
    return fields({user, "t1", "1700000000000005", "1700000000", "1700000900.5", "", "192.0.2.1",
                   "a \"b\"", "1700000800"});
}

Reply page(const char* cursor, const std::vector<std::string>& keys) {
    return replies::array({replies::string(cursor), replies::words(keys)});
}

}  // namespace

TEST_CASE("a record and how it is told") {
    const Arguments question = session::read_session_record("k");
    CHECK(question.front() == "HMGET");
    const auto record = session::session_record("42", "s1", record_of("42"));
    REQUIRE(record);
    CHECK(record->created_us == 1700000000000005);
    CHECK(record->tokens_until == 1700000800);
    CHECK(session::record_json(*record) ==
          R"({"id":"s1","user":"42","tenant":"t1","created_at":1700000000,)"
          R"("expires_at":1700000900,"last_activity_at":null,"ip":"192.0.2.1",)"
          R"("user_agent":"a \"b\""})");
    const std::string alone = session::record_json(*record);
    const std::string begin = alone.substr(0, alone.size() - 1);
    CHECK(session::record_json(*record, 2) == begin + R"(,"connections":2})");
    CHECK(session::record_json(*record, std::nullopt) == begin + R"(,"connections":null})");
}

TEST_CASE("what is no record") {
    const std::vector<std::string> none(9);
    CHECK(session::is_record_reply(fields(none)));
    CHECK_FALSE(session::session_record("42", "s1", fields(none)));
    CHECK_FALSE(session::session_record("42", "s1", fields({"42"})));
    CHECK_FALSE(session::session_record("42", "s1", replies::error()));
    CHECK_FALSE(session::session_record("", "s1", record_of("42")));
    CHECK_FALSE(session::is_record_reply(replies::array({})));
}

TEST_CASE("when a record is over") {
    Policy policy = policy_of();
    SessionRecord record;
    CHECK_FALSE(session::is_expired(record, policy, kNow));
    record.times.expires = kNow;
    CHECK(session::is_expired(record, policy, kNow));
    record.times.expires = kNow + 1;
    record.times.created = kNow - 9999;
    CHECK_FALSE(session::is_expired(record, policy, kNow));
    record.times.created = kNow - 10000;
    CHECK(session::is_expired(record, policy, kNow));
    record.times.created = kNow - 100;
    policy.lifetimes.idle = 60;
    CHECK(session::is_expired(record, policy, kNow));
    record.times.last_activity = kNow - 60;
    CHECK_FALSE(session::is_expired(record, policy, kNow));
}

TEST_CASE("a walk reads the records of the keys it meets, in batches") {
    const Policy policy = policy_of();
    RecordWalk walk(policy, "0");
    CHECK_FALSE(walk.at_end());
    CHECK(walk.next(50) ==
          std::vector<Arguments>{{"SCAN", "0", "MATCH", "session:data:*", "COUNT", "50"}});
    std::vector<std::string> keys;
    for (int i = 0; i < 250; ++i) {
        keys.push_back("session:data:{42}:s" + std::to_string(i));
    }
    CHECK(walk.take({page("7", keys)})->empty());
    CHECK_FALSE(walk.at_rest());
    CHECK(walk.next(50).size() == 200);
    CHECK(walk.take(std::vector<Reply>(200, record_of("42")))->size() == 200);
    CHECK_FALSE(walk.at_rest());
    CHECK(walk.next(50).size() == 50);
    CHECK(walk.take(std::vector<Reply>(50, record_of("42")))->back().id == "s249");
    CHECK(walk.at_rest());
    CHECK_FALSE(walk.at_end());
    CHECK(walk.cursor() == "7");
    CHECK(walk.next(50).front()[1] == "7");
    CHECK(walk.take({page("0", {})})->empty());
    CHECK(walk.at_end());
    CHECK(walk.looked_at() == 100);
}

TEST_CASE("whose record a key is of") {
    struct Case {
        const char* key;
        const char* subject;
        const char* user;
        const char* id;
    };
    const Policy policy = policy_of("p[1]*:");
    for (const Case& one : {
             Case{"p[1]*:data:{42}:s1", "42", "42", "s1"},
             Case{"p[1]*:data:{42}:s1", "", "42", "s1"},
             Case{"p[1]*:data:{42}:s1", "43", "42", "s1"},
             Case{"p[1]*:data:{a}:b}:c", "a}:b", "a}:b", "c"},
             Case{"p[1]*:data:{a}:b}:c", "a", "a", "b}:c"},
             Case{"p[1]*:data:{a}:b}:c", "", "a", "b}:c"},
         }) {
        RecordWalk walk(policy, "0");
        CHECK(walk.next(10).front()[3] == "p\\[1\\]\\*:data:*");
        REQUIRE(walk.take({page("0", {one.key})}));
        walk.next(10);
        const auto records = walk.take({record_of(one.subject)});
        REQUIRE(records->size() == 1);
        CHECK(records->front().user == one.user);
        CHECK(records->front().id == one.id);
    }
    for (const char* key : {"p[1]*:data:", "p[1]*:data:x", "p[1]*:data:{42}", "p[1]*:data:{}:s"}) {
        RecordWalk walk(policy, "0");
        walk.next(10);
        walk.take({page("0", {key})});
        walk.next(10);
        CHECK(walk.take({record_of("")})->empty());
    }
}

TEST_CASE("a store that fails") {
    const Policy policy = policy_of();
    for (const Reply& reply :
         {replies::nil(), replies::error(), replies::array({}), page("x", {}), page("", {}),
          replies::array({replies::string("0"), replies::string("k")})}) {
        RecordWalk walk(policy, "0");
        walk.next(10);
        CHECK_FALSE(walk.take({reply}));
    }
    RecordWalk walk(policy, "0");
    walk.next(10);
    CHECK_FALSE(walk.take({}));
    walk.next(10);
    walk.take({page("0", {"session:data:{42}:s1", "session:data:{42}:s2"})});
    walk.next(10);
    CHECK(walk.take({replies::error("WRONGTYPE of a key"), record_of("42")})->size() == 1);
    CHECK(walk.at_end());
}
