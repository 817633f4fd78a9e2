#include "../../src/session/record.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../src/session/scripts.hpp"
#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using replies::words;
using session::Begun;
using session::Extension;
using session::Policy;

namespace {

constexpr std::int64_t kNow = 1700000000;
constexpr std::size_t kOwn = 10;  // where a script's own arguments begin

Policy policy_of() {
    Policy policy;
    policy.lifetimes.access = 900;
    policy.lifetimes.absolute = 10000;
    return policy;
}

session::Session subject() {
    session::Session session;
    session.user = "42";
    session.id = "s1";
    session.revocable = {"j1", "s1"};
    session.issued = kNow - 100;
    session.expires = kNow + 800;
    return session;
}

session::Beginning login() {
    session::Beginning beginning;
    beginning.user = "42";
    beginning.id = "s1";
    beginning.issued = kNow;
    beginning.latest = kNow + 1;
    beginning.now = kNow;
    beginning.created_us = kNow * 1000000 + 123;
    beginning.expires = kNow + 5000;
    beginning.tokens_until = kNow + 900;
    return beginning;
}

bool runs(const Arguments& call, std::string_view script) {
    return call[0] == "EVAL" && call[1].size() > script.size() &&
           call[1].substr(call[1].size() - script.size()) == script;
}

Arguments own(const Arguments& call) {
    return {call.begin() + kOwn, call.end()};
}

// Replies that are no answer of any script.
std::vector<Reply> no_answers() {
    return {replies::nil(),
            replies::integer(1),
            replies::string("created"),
            replies::string("ended"),
            replies::status("extended"),
            replies::error("created"),
            replies::error("ERR user_script:1: no such thing"),
            replies::array({}),
            replies::array({replies::nil()}),
            replies::array({replies::integer(1)}),
            replies::array({replies::status("ended")}),
            replies::array({replies::error("extended")}),
            replies::array({words({"created", "1"})}),
            words({""}),
            words({"Created", "1"}),
            words({"rotated"}),
            words({"touched"})};
}

}  // namespace

TEST_CASE("record: all that a script touches is the user's, on one node of a cluster") {
    Policy policy = policy_of();
    policy.store_prefix = "p/";
    policy.rules.leeway = 5;
    const std::vector<std::pair<Arguments, const char*>> calls = {
        {session::create_record(policy, login()), session::kCreateScript},
        {session::end_session(policy, session::ending_of(subject()), kNow), session::kEndScript},
        {session::touch_record(policy, subject(), kNow), session::kTouchScript},
        {session::extend_record(policy, subject(), kNow + 900, kNow), session::kExtendScript},
        {session::end_all_sessions(policy, "42", kNow), session::kEndAllScript},
        {session::mark_stale(policy, "42", kNow), session::kMarkStaleScript},
    };
    for (const auto& [call, script] : calls) {
        CHECK(runs(call, script));
        // A revocation has to outlive the last token by the leeway.
        const Arguments expected = {"2",  "p/user:{42}",  "p/stale:{42}",   "1700000000",
                                    "65", "p/data:{42}:", "p/revoked:{42}:"};
        CHECK(Arguments(call.begin() + 2, call.begin() + 9) == expected);
        const bool of_all = script == session::kEndAllScript || script == session::kMarkStaleScript;
        CHECK(call[9] == (of_all ? "" : "s1"));
    }
}

TEST_CASE("record: a login writes what is known, and nothing that is not") {
    CHECK(own(session::create_record(policy_of(), login())) ==
          Arguments{"1700000000", "1700000001", "1700005000", "0", "0", "1700000900", "",
                    "1700000900", "sub", "42", "created_us", "1700000000000123", "expires_at",
                    "1700005000", "tokens_until", "1700000900", "last_activity_at", "1700000000"});
    session::Beginning beginning = login();
    beginning.tenant = "acme";
    beginning.claims = R"({"a":1})";
    beginning.refresh_hash = "h";
    beginning.address = "192.0.2.1";
    beginning.user_agent = "Browser \"1\"\r\n";
    beginning.previous = "s0";
    beginning.previous_expires = 1700090000;
    Policy policy = policy_of();
    policy.session_limit = 3;
    policy.beyond_limit = session::Beyond::reject;
    CHECK(own(session::create_record(policy, beginning)) == Arguments{"1700000000",
                                                                      "1700000001",
                                                                      "1700005000",
                                                                      "3",
                                                                      "1",
                                                                      "1700000900",
                                                                      "s0",
                                                                      "1700090000",
                                                                      "sub",
                                                                      "42",
                                                                      "tenant",
                                                                      "acme",
                                                                      "created_us",
                                                                      "1700000000000123",
                                                                      "expires_at",
                                                                      "1700005000",
                                                                      "tokens_until",
                                                                      "1700000900",
                                                                      "last_activity_at",
                                                                      "1700000000",
                                                                      "ip",
                                                                      "192.0.2.1",
                                                                      "user_agent",
                                                                      "Browser \"1\"\r\n",
                                                                      "claims",
                                                                      R"({"a":1})",
                                                                      "refresh",
                                                                      "h"});
    policy.beyond_limit = session::Beyond::end_oldest;
    CHECK(own(session::create_record(policy, beginning))[4] == "0");
}

TEST_CASE("record: what became of a login") {
    const Begun begun = session::read_begun(words({"created", "1700000001"}));
    CHECK(begun.outcome == Begun::Outcome::created);
    CHECK(begun.issued == kNow + 1);
    CHECK(session::read_begun(words({"stale"})).outcome == Begun::Outcome::stale);
    CHECK(session::read_begun(words({"full"})).outcome == Begun::Outcome::full);
}

TEST_CASE("record: a login that is not certain is none") {
    for (const Reply& reply : no_answers()) {
        CHECK(session::read_begun(reply).outcome == Begun::Outcome::unknown);
    }
    for (const Reply& reply :
         {words({"created"}), words({"created", ""}), words({"created", "x"}),
          words({"created", "1x"}), words({"created", " 1"}), words({"created", "1.5"}),
          words({"created", "1e9"}), words({"created", "99999999999999999999"}),
          words({"created", "1", "2"}),
          replies::array({replies::string("created"), replies::integer(1)}),
          replies::array({replies::string("created"), replies::nil()})}) {
        const Begun begun = session::read_begun(reply);
        CHECK(begun.outcome == Begun::Outcome::unknown);
        CHECK(begun.issued == 0);
    }
}

TEST_CASE("record: an end revokes every ID, until the last token could live") {
    CHECK(own(session::end_session(policy_of(), session::ending_of(subject()), kNow)) ==
          Arguments{"1700000900", "j1", "s1"});
    session::Session longer = subject();
    longer.expires = kNow + 5000;
    CHECK(own(session::end_session(policy_of(), session::ending_of(longer), kNow))[0] ==
          "1700005000");
    CHECK(own(session::end_session(policy_of(), {"42", "s7", {}, 0}, kNow)) ==
          Arguments{"1700000900"});
}

TEST_CASE("record: a whole user is marked as long as any session could last") {
    CHECK(own(session::end_all_sessions(policy_of(), "42", kNow)) == Arguments{"1700010000"});
    CHECK(own(session::mark_stale(policy_of(), "42", kNow)) == Arguments{"1700010000"});
}

TEST_CASE("record: an end is certain or it is none") {
    CHECK(session::is_done(words({"ended"})));
    CHECK(session::is_done(words({"marked"})));
    for (const Reply& reply : no_answers()) {
        CHECK_FALSE(session::is_done(reply));
    }
}

TEST_CASE("record: activity is noted at most once a minute, or a quarter of the idle timeout") {
    Policy policy = policy_of();
    CHECK(session::touch_interval(policy) == 60);
    const std::vector<std::pair<std::int64_t, std::int64_t>> examples = {
        {86400, 60}, {240, 60}, {239, 59}, {8, 2}, {4, 1}, {3, 1}, {1, 1}};
    for (const auto& [idle, interval] : examples) {
        CAPTURE(idle);
        policy.lifetimes.idle = idle;
        CHECK(session::touch_interval(policy) == interval);
        CHECK(own(session::touch_record(policy, subject(), kNow)) ==
              Arguments{std::to_string(interval)});
    }
}

TEST_CASE("record: an extension names the token it is for") {
    CHECK(own(session::extend_record(policy_of(), subject(), kNow + 900, kNow)) ==
          Arguments{"1699999900", "1700000900", "j1", "s1"});
}

TEST_CASE("record: what became of an extension") {
    CHECK(session::read_extension(words({"extended"})) == Extension::extended);
    CHECK(session::read_extension(words({"absent"})) == Extension::absent);
    CHECK(session::read_extension(words({"revoked"})) == Extension::refused);
    CHECK(session::read_extension(words({"stale"})) == Extension::refused);
    for (const Reply& reply : no_answers()) {
        CHECK(session::read_extension(reply) == Extension::unknown);
    }
}

TEST_CASE("record: an application's own record goes with the session, both for certain") {
    session::Ending ending{"42", "s7", {}, 0};
    ending.stored_at = "sess:x";
    std::vector<redis::Arguments> commands;
    session::append_end(policy_of(), ending, kNow, commands);
    REQUIRE(commands.size() == 2);
    CHECK(commands[0] == session::end_session(policy_of(), ending, kNow));
    CHECK(commands[1] == redis::Arguments{"DEL", "sess:x"});
    const auto ended = [&ending](const std::vector<redis::Reply>& replies) {
        std::size_t next = 0;
        return session::has_ended(ending, replies, next);
    };
    CHECK(ended({replies::words({"ended"}), replies::integer(0)}));
    CHECK_FALSE(ended({replies::words({"ended"}), replies::error()}));
    CHECK_FALSE(ended({replies::integer(1), replies::integer(1)}));
    CHECK_FALSE(ended({replies::words({"ended"})}));
    CHECK_FALSE(ended({}));
}
