// What the record of a session says of it; standing.cpp has the rest.
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../../src/session/standing.hpp"
#include "inquiries.hpp"
#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using replies::integer;
using replies::nil;
using replies::string;
using session::Policy;
using session::Revocation;
using session::Standing;
using session::StoreAnswer;

namespace {

constexpr std::int64_t kNow = 2000;

session::Session subject() {
    session::Session session;
    session.user = "42";
    session.id = "s1";
    session.revocable = {"j1", "s1"};
    session.issued = 1000;
    return session;
}

// Asks for the record alone.
Policy policy_of(bool required, std::optional<std::int64_t> idle = std::nullopt,
                 std::int64_t absolute = 0) {
    Policy policy;
    policy.revocation = Revocation::off;
    policy.record_required = required;
    policy.lifetimes.idle = idle;
    policy.lifetimes.absolute = absolute;
    return policy;
}

Reply record(const std::string& created, const std::string& expires, const std::string& last) {
    const auto field = [](const std::string& text) { return text.empty() ? nil() : string(text); };
    return replies::array({string("42"), field(created), field(expires), field(last)});
}

StoreAnswer read(const Policy& policy, const std::vector<Reply>& given) {
    return session::read_standing(subject(), policy, given.data(), nullptr, given.size(), kNow);
}

Standing standing(const Policy& policy, const Reply& reply) {
    return read(policy, {reply}).standing;
}

const Reply kAbsent = replies::array({nil(), nil(), nil(), nil()});

}  // namespace

TEST_CASE("standing: the record is asked for last, and only where it matters") {
    const Arguments question = {"HMGET",      "session:data:{42}:s1", "sub",
                                "created_at", "expires_at",           "last_activity_at"};
    using Commands = std::vector<Arguments>;
    CHECK(inquiries::commands_of(subject(), policy_of(true)) == Commands{question});
    CHECK(inquiries::commands_of(subject(), policy_of(false, 60)) == Commands{question});
    CHECK(inquiries::commands_of(subject(), policy_of(false)).empty());
    Policy all = policy_of(true);
    all.revocation = Revocation::strict;
    const auto commands = inquiries::commands_of(subject(), all);
    REQUIRE(commands.size() == 5);
    CHECK(commands.back() == question);
}

TEST_CASE("standing: a record that is there is good, and tells the last activity") {
    const StoreAnswer answer = read(policy_of(true), {record("1000", "3000", "1500")});
    CHECK(answer.standing == Standing::good);
    CHECK(answer.last_activity == 1500);
    CHECK(read(policy_of(true), {record("1000", "3000", "")}).last_activity == 1000);
    CHECK(read(policy_of(true), {record("", "", "")}).last_activity == 0);
}

TEST_CASE("standing: without a record there is no session where one is required") {
    CHECK(standing(policy_of(true), kAbsent) == Standing::record);
    CHECK(standing(policy_of(true, 60), kAbsent) == Standing::record);
    const StoreAnswer optional = read(policy_of(false, 60), {kAbsent});
    CHECK(optional.standing == Standing::good);
    CHECK_FALSE(optional.last_activity);
}

TEST_CASE("standing: a record ends in the second it names") {
    CHECK(standing(policy_of(true), record("1000", "2001", "2000")) == Standing::good);
    CHECK(standing(policy_of(true), record("1000", "2000", "2000")) == Standing::expired);
    CHECK(standing(policy_of(true), record("1000", "0", "2000")) == Standing::expired);
    CHECK(standing(policy_of(true), record("1000", "2000.9", "2000")) == Standing::expired);
    CHECK(standing(policy_of(false, 1000), record("1000", "2000", "2000")) == Standing::expired);
}

TEST_CASE("standing: no record outlives the absolute timeout, whatever it says") {
    CHECK(standing(policy_of(true, {}, 1001), record("1000", "9000", "2000")) == Standing::good);
    CHECK(standing(policy_of(true, {}, 1000), record("1000", "9000", "2000")) == Standing::expired);
    CHECK(standing(policy_of(true, {}, 1000), record("1000", "", "2000")) == Standing::expired);
}

TEST_CASE("standing: idle is longer than the timeout without activity") {
    CHECK(standing(policy_of(false, 100), record("1000", "9000", "1900")) == Standing::good);
    CHECK(standing(policy_of(false, 100), record("1000", "9000", "1899")) == Standing::idle);
    // Another node's clock may be ahead.
    CHECK(standing(policy_of(false, 100), record("1000", "9000", "2005")) == Standing::good);
    CHECK(standing(policy_of(true), record("1000", "9000", "1")) == Standing::good);
}

TEST_CASE("standing: a record that notes no activity is as old as itself") {
    CHECK(standing(policy_of(false, 1000), record("1000", "9000", "")) == Standing::good);
    CHECK(standing(policy_of(false, 999), record("1000", "9000", "")) == Standing::idle);
    CHECK(standing(policy_of(false, 999), record("", "9000", "")) == Standing::idle);
}

TEST_CASE("standing: a time that is none makes no record") {
    for (const char* text : {"never", "-1", "1500.", ".5", "1e9", " 1", "0x10", "9007199254740993",
                             "9223372036854775807", "99999999999999999999", "1.5.5"}) {
        CAPTURE(text);
        CHECK(standing(policy_of(true), record("1000", text, "2000")) == Standing::unknown);
        CHECK(standing(policy_of(true), record(text, "9000", "2000")) == Standing::unknown);
        CHECK(standing(policy_of(true), record("1000", "9000", text)) == Standing::unknown);
    }
    CHECK(standing(policy_of(false, 100), record("1000.25", "9000.5", "1899.9")) == Standing::idle);
}

TEST_CASE("standing: expired comes before idle") {
    CHECK(standing(policy_of(false, 1), record("1000", "1500", "1000")) == Standing::expired);
}

TEST_CASE("standing: a reply of another type or size is no record") {
    const Reply good = record("1000", "9000", "2000");
    Reply longer = good;
    longer.elements.push_back(nil());
    Reply shorter = good;
    shorter.elements.pop_back();
    Reply text = good;
    text.type = Reply::Type::string;
    for (const Policy& policy : {policy_of(true), policy_of(false, 60)}) {
        for (const Reply& reply :
             {nil(), integer(0), integer(1), string(""), string("42"), replies::status("OK"),
              replies::error(), replies::error("WRONGTYPE"), replies::array({}), longer, shorter,
              text}) {
            const StoreAnswer answer = read(policy, {reply});
            CHECK(answer.standing == Standing::unknown);
            CHECK_FALSE(answer.last_activity);
        }
        CHECK(read(policy, {}).standing == Standing::unknown);
        CHECK(read(policy, {good, good}).standing == Standing::unknown);
    }
}

TEST_CASE("standing: lists and record are judged together") {
    Policy policy = policy_of(true, 100);
    policy.revocation = Revocation::cached;
    const Reply good = record("1000", "9000", "2000");
    const Reply idle = record("1000", "9000", "1000");
    const auto with = [&policy](Reply epoch, Reply stale, Reply revoked, Reply data) {
        return read(policy, {std::move(epoch), std::move(stale), std::move(revoked), integer(0),
                             std::move(data)})
            .standing;
    };
    CHECK(with(nil(), nil(), integer(0), good) == Standing::good);
    CHECK(with(nil(), nil(), integer(0), kAbsent) == Standing::record);
    CHECK(with(nil(), nil(), integer(0), replies::error()) == Standing::unknown);
    CHECK(with(nil(), nil(), integer(1), kAbsent) == Standing::revoked);
    CHECK(with(nil(), string("*"), integer(0), idle) == Standing::stale);
    CHECK(with(string("1000"), nil(), integer(0), kAbsent) == Standing::epoch);
    // What speaks against the session counts, though the rest is not known.
    CHECK(with(nil(), nil(), integer(1), replies::error()) == Standing::revoked);
    CHECK(with(replies::error(), nil(), integer(0), idle) == Standing::idle);
    CHECK(with(nil(), replies::error(), integer(0), kAbsent) == Standing::record);
    CHECK(with(nil(), replies::error(), integer(0), good) == Standing::unknown);
}

TEST_CASE("standing: a record that is not believed is told without what stands in it") {
    const Policy policy = policy_of(true);
    const auto complaint = [&policy](const Reply& reply) {
        return session::find_complaint(subject(), policy, &reply, 1);
    };
    const std::string command = "\"HMGET session:data:{42}:s1\": ";
    CHECK_FALSE(complaint(record("1000", "9000", "2000")));
    CHECK_FALSE(complaint(kAbsent));
    CHECK(complaint(replies::error("WRONGTYPE\n")) == command + "WRONGTYPE?");
    CHECK(complaint(string("private")) == command + "an unexpected value");
}
