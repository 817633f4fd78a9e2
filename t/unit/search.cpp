// How the session of an opaque id is found; found.cpp has what is made of it.
#include "../../src/session/search.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "../../src/session/hash.hpp"
#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using replies::array;
using replies::integer;
using replies::nil;
using replies::string;
using session::Finding;
using session::Policy;
using session::Reason;
using session::RecordFormat;
using session::Revocation;
using session::Search;

namespace {

constexpr std::int64_t kNow = 2000;
const std::string kId = "0123456789abcdef";

Policy policy_of(Revocation revocation = Revocation::strict) {
    Policy policy;
    policy.revocation = revocation;
    return policy;
}

std::vector<Arguments> commands(const Search& search, const Policy& policy) {
    std::vector<Arguments> all;
    for (const session::Inquiry& inquiry : search.questions(policy)) {
        all.push_back(inquiry.command);
    }
    return all;
}

Search named(const Policy& policy) {
    Search search(policy, kId);
    const Reply names = array({string("42"), string("s1")});
    CHECK_FALSE(search.answer(policy, &names, nullptr, kNow));
    return search;
}

Reply record(Reply user, Reply created, Reply expires, Reply tenant = nil(), Reply claims = nil()) {
    return array({std::move(user), std::move(created), std::move(expires), nil(), std::move(tenant),
                  std::move(claims)});
}

Finding found(const Reply& data, const Reply& revoked = integer(0),
              const Policy& policy = policy_of()) {
    const std::vector<Reply> replies = {data, revoked};
    auto finding = named(policy).answer(policy, replies.data(), nullptr, kNow);
    REQUIRE(finding);
    return *finding;
}

const Reply kGood = record(string("42"), string("1000"), string("3000"));
const Reply kAbsent = record(nil(), nil(), nil());

}  // namespace

TEST_CASE("search: first the id by its hash, then the record and its revocation") {
    using Commands = std::vector<Arguments>;
    const Policy policy = policy_of();
    const Commands names = {{"HMGET", "session:opaque:" + session::hash_of(kId), "sub", "sid"}};
    CHECK(commands(Search(policy, kId), policy) == names);
    const Arguments data = {"HMGET",      "session:data:{42}:s1", "sub",    "created_at",
                            "expires_at", "last_activity_at",     "tenant", "claims"};
    CHECK(commands(named(policy), policy) == Commands{data, {"EXISTS", "session:revoked:{42}:s1"}});
    const Policy unlisted = policy_of(Revocation::off);
    CHECK(commands(named(unlisted), unlisted) == Commands{data});
}

TEST_CASE("search: an id that is not there is no session, one of another form no answer") {
    const Policy policy = policy_of();
    const auto reason = [&policy](const Reply& reply) {
        const auto finding = Search(policy, kId).answer(policy, &reply, nullptr, kNow);
        CHECK(finding.value_or(Finding()).complaint.has_value() ==
              (finding && finding->reason == Reason::store));
        return finding ? session::name(finding->reason) : "named";
    };
    CHECK(reason(array({nil(), nil()})) == "record");
    CHECK(reason(array({string("42"), string("s1")})) == "named");
    for (const Reply& reply :
         {nil(), integer(1), string("42"), replies::error(), array({}), array({nil()}),
          array({string("42"), nil()}), array({nil(), string("s1")}),
          array({string(""), string("s1")}), array({string("42"), string("a\nb")}),
          array({string("42"), integer(1)}), array({nil(), nil(), nil()}),
          array({string(std::string(256, 'x')), string("s1")})}) {
        CHECK(reason(reply) == "store");
    }
    const auto silent = Search(policy, kId).answer(policy, nullptr, nullptr, kNow);
    REQUIRE(silent);
    CHECK(silent->reason == Reason::store);
    CHECK_FALSE(silent->complaint);
}

TEST_CASE("search: the record gives the session") {
    const Finding finding = found(record(string("42"), string("1000"), string("3000"), string("t1"),
                                         string(R"({"role":"admin"})")));
    CHECK(finding.reason == Reason::valid);
    REQUIRE(finding.session);
    CHECK(finding.session->user == "42");
    CHECK(finding.session->id == "s1");
    CHECK(finding.session->tenant == "t1");
    CHECK(finding.session->issued == 1000);
    CHECK(finding.session->expires == 3000);
    CHECK(finding.session->found);
    CHECK(finding.session->revocable == std::vector<std::string>{"s1"});
    CHECK(finding.last_activity == 1000);
    CHECK(finding.claims->string("role") == "admin");
}

TEST_CASE("search: what speaks against a session by its record") {
    CHECK(found(kGood).reason == Reason::valid);
    CHECK(found(kAbsent).reason == Reason::record);
    CHECK(found(record(string("42"), string("1000"), string("2000"))).reason == Reason::expired);
    CHECK(found(record(nil(), nil(), string("3000"))).reason == Reason::valid);
    Policy policy = policy_of();
    policy.lifetimes.idle = 100;
    CHECK(found(kGood, integer(0), policy).reason == Reason::idle);
    policy.lifetimes.absolute = 1000;
    CHECK(found(kGood, integer(0), policy).reason == Reason::expired);
    for (const Reply& reply :
         {nil(), string("x"), replies::error(), array({string("42")}),
          record(string("43"), nil(), nil()), record(integer(42), nil(), nil()),
          record(string("42"), string("x"), nil()),
          record(string("42"), nil(), nil(), string("a\nb")),
          record(string("42"), nil(), nil(), nil(), string("[]")),
          record(string("42"), nil(), nil(), nil(), integer(1))}) {
        const Finding finding = found(reply);
        CHECK(finding.reason == Reason::store);
        CHECK(finding.complaint.value_or("").substr(0, 30) == "\"HMGET session:data:{42}:s1\": ");
        CHECK(finding.session.value_or(session::Session()).user == "42");
    }
}

TEST_CASE("search: a revocation counts, whatever became of the record") {
    for (const Reply& data : {kGood, kAbsent, replies::error()}) {
        const Finding finding = found(data, integer(1));
        CHECK(finding.reason == Reason::revoked);
        CHECK(finding.session->id == "s1");
    }
    // One that cannot be read is asked for once more, with the lists.
    CHECK(found(kGood, replies::error()).reason == Reason::valid);
    const Policy policy = policy_of();
    const std::vector<Reply> floors = {nil(), integer(1)};
    CHECK(named(policy).answer(policy, nullptr, floors.data(), kNow)->reason == Reason::revoked);
    const std::vector<Reply> none = {nil(), integer(0)};
    CHECK(named(policy).answer(policy, nullptr, none.data(), kNow)->reason == Reason::store);
}

TEST_CASE("search: connect-redis has the id itself in its key, which no log gets") {
    Policy policy = policy_of();
    policy.record_format = RecordFormat::connect_redis;
    policy.store_prefix = "";
    policy.rules.names.subject = "passport.user";
    Search search(policy, kId);
    CHECK(commands(search, policy) == std::vector<Arguments>{{"GET", "sess:" + kId}});
    CHECK(search.questions(policy)[0].about == session::About::id);
    const auto answer = [&](const Reply& reply) {
        return search.answer(policy, &reply, nullptr, kNow).value();
    };
    CHECK(answer(nil()).reason == Reason::record);
    const Finding finding = answer(string(R"({"passport":{"user":"42"}})"));
    CHECK(finding.reason == Reason::valid);
    CHECK(finding.session->id == session::hash_of(kId));
    for (const Reply& reply : {string("x"), integer(1), replies::error("WRONGTYPE")}) {
        const Finding bad = answer(reply);
        CHECK(bad.reason == Reason::store);
        CHECK(bad.complaint.value_or("").find(kId) == std::string::npos);
    }
}

TEST_CASE("search: an id is named for as long as its record") {
    const Policy policy = policy_of();
    const std::string key = "session:opaque:" + session::hash_of(kId);
    CHECK(session::name_session(policy, kId, "42", "s1", 60) ==
          std::vector<Arguments>{{"HSET", key, "sub", "42", "sid", "s1"}, {"EXPIRE", key, "60"}});
    CHECK(session::keep_name(policy, kId, 60) == Arguments{"EXPIRE", key, "60"});
    CHECK(session::is_named({integer(2), integer(1), nil()}));
    CHECK(session::is_named({integer(0), integer(1), nil()}));
    CHECK_FALSE(session::is_named({integer(2), integer(0), nil()}));
    CHECK_FALSE(session::is_named({replies::error(), integer(1), nil()}));
    CHECK_FALSE(session::is_named({integer(2), integer(1)}));
    CHECK_FALSE(session::is_named({}));
}
