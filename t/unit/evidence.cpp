#include "../../src/session/evidence.hpp"

#include <doctest/doctest.h>

#include "realm.hpp"

using realm::kNow;
using redis::Reply;
using session::Evidence;
using session::Policy;
using session::Presented;
using session::Reason;
using session::TokenSource;

namespace {

using Kind = TokenSource::Kind;

Policy policy_of(bool asks_store) {
    Policy policy;
    policy.realm = "app";
    policy.keyring = realm::one_key();
    policy.sources = {{Kind::cookie, "a", "cookie:a"},
                      {Kind::cookie, "b", "cookie:b"},
                      {Kind::bearer, "", "bearer"}};
    policy.revocation = asks_store ? session::Revocation::cached : session::Revocation::off;
    for (const Reason reason : {Reason::malformed, Reason::expired, Reason::revoked}) {
        policy.clears.set(static_cast<std::size_t>(reason));
    }
    return policy;
}

std::string token(const std::string& user, std::int64_t expires = kNow + 60) {
    return mint::hs256(
        realm::kHeader,
        R"({"sub":")" + user + R"(","jti":"j","iat":1,"exp":)" + std::to_string(expires) + "}",
        realm::kSecret);
}

Evidence judge(const Policy& policy, const std::vector<Presented>& tokens,
               bool may_use_cookie = true, bool complete = true) {
    return {policy, tokens, complete, may_use_cookie, kNow};
}

// To GET epoch, GET stale and EXISTS revoked.
std::vector<Reply> replies(bool revoked) {
    return {{}, {}, {Reply::Type::integer, revoked ? 1 : 0, "", {}}};
}

std::vector<Reply> operator+(std::vector<Reply> one, const std::vector<Reply>& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

const std::string kGood = token("42");
const std::string kOther = token("43");
const std::string kExpired = token("42", kNow - 1);
const std::string kForged = kGood.substr(0, kGood.size() - 4) + "AAAA";

}  // namespace

TEST_CASE("evidence: no token") {
    const Policy policy = policy_of(false);
    const Evidence evidence = judge(policy, {});
    CHECK(evidence.deciding() == nullptr);
    CHECK(evidence.reason() == Reason::missing);
    CHECK(evidence.cookies_to_clear(policy, policy.clears).empty());
}

TEST_CASE("evidence: the first valid token wins, else the first one gives the reason") {
    const Policy policy = policy_of(false);
    const auto& [a, b, bearer] = std::tie(policy.sources[0], policy.sources[1], policy.sources[2]);
    const Evidence won = judge(policy, {{&a, kExpired}, {&b, kGood}, {&bearer, kOther}});
    CHECK(won.reason() == Reason::valid);
    CHECK(won.deciding()->presented.source == &b);
    CHECK(won.candidates().size() == 2);  // nothing behind it was verified
    CHECK(judge(policy, {{&a, kExpired}, {&b, kForged}}).reason() == Reason::expired);
    CHECK(judge(policy, {{&b, kForged}, {&bearer, kExpired}}).reason() == Reason::signature);
}

TEST_CASE("evidence: with a store, nothing is valid before its answer") {
    const Policy policy = policy_of(true);
    Evidence evidence = judge(policy, {{&policy.sources[0], kGood}});
    CHECK(evidence.reason() == Reason::valid);  // what signature and claims say
    const auto questions = evidence.questions(policy);
    REQUIRE(questions.size() == 3);
    CHECK(questions[1].command == redis::Arguments{"GET", "session:stale:{42}"});
    CHECK(evidence.reason() == Reason::store);

    evidence.answer(policy, replies(false), {}, kNow);
    CHECK(evidence.reason() == Reason::valid);
    CHECK_FALSE(evidence.deciding()->unchecked);
}

TEST_CASE("evidence: all tokens are asked about at once, and each gets its own answer") {
    const Policy policy = policy_of(true);
    Evidence evidence = judge(policy, {{&policy.sources[0], kGood},
                                       {&policy.sources[1], kExpired},
                                       {&policy.sources[2], kOther}});
    CHECK(evidence.questions(policy).size() == 6);
    evidence.answer(policy, replies(true) + replies(false), {}, kNow);
    CHECK(evidence.candidates()[0].reason == Reason::revoked);
    CHECK(evidence.candidates()[1].reason == Reason::expired);
    CHECK(evidence.deciding()->session->user == "43");
    CHECK(evidence.cookies_to_clear(policy, policy.clears) ==
          std::vector<std::string_view>{"a", "b"});
}

TEST_CASE("evidence: no answer, half an answer") {
    Policy policy = policy_of(true);
    for (const auto& given : {std::vector<Reply>{}, {{}, {}}, {{}, {}, {}}}) {
        CAPTURE(given.size());
        policy.store_error = session::StoreError::deny;
        Evidence denied = judge(policy, {{&policy.sources[0], kGood}});
        denied.questions(policy);
        denied.answer(policy, given, {}, kNow);
        CHECK(denied.reason() == Reason::store);
        CHECK(denied.cookies_to_clear(policy, policy.clears).empty());

        policy.store_error = session::StoreError::allow;
        Evidence allowed = judge(policy, {{&policy.sources[0], kGood}});
        allowed.questions(policy);
        allowed.answer(policy, given, {}, kNow);
        CHECK(allowed.reason() == Reason::valid);
        CHECK(allowed.deciding()->unchecked);
    }
}

TEST_CASE("evidence: \"no answer\" beats the fault of another token") {
    const Policy policy = policy_of(true);
    Evidence evidence =
        judge(policy, {{&policy.sources[0], kExpired}, {&policy.sources[2], kGood}});
    evidence.questions(policy);
    evidence.answer(policy, {}, {}, kNow);
    CHECK(evidence.reason() == Reason::store);
}

TEST_CASE("evidence: a known revocation rejects where the store may fail") {
    Policy policy = policy_of(true);
    policy.store_error = session::StoreError::allow;
    Evidence evidence = judge(policy, {{&policy.sources[0], kGood}});
    evidence.questions(policy);
    evidence.answer(policy,
                    {{Reply::Type::error, 0, "LOADING", {}}, {}, {Reply::Type::integer, 1, "", {}}},
                    {}, kNow);
    CHECK(evidence.reason() == Reason::revoked);
}

TEST_CASE("evidence: a forged request may not use its cookie, but a token in a header") {
    const Policy policy = policy_of(true);
    const auto& cookie = policy.sources[0];
    const auto& bearer = policy.sources[2];
    Evidence evidence = judge(policy, {{&cookie, kGood}, {&bearer, kOther}}, false);
    CHECK(evidence.questions(policy).size() == 3);  // only the header's
    evidence.answer(policy, replies(false), {}, kNow);
    CHECK(evidence.deciding()->presented.source == &bearer);
    CHECK(judge(policy, {{&cookie, kGood}}, false).reason() == Reason::origin);
    CHECK(judge(policy, {{&cookie, kExpired}}, false).reason() == Reason::expired);
}

TEST_CASE("evidence: a cookie is deleted where every token of that name is spoilt") {
    const Policy policy = policy_of(false);
    const auto& [a, b] = std::tie(policy.sources[0], policy.sources[1]);
    using Names = std::vector<std::string_view>;
    CHECK(judge(policy, {{&a, kExpired}}).cookies_to_clear(policy, policy.clears) == Names{"a"});
    CHECK(judge(policy, {{&a, kExpired}, {&a, "x"}, {&b, "y"}})
              .cookies_to_clear(policy, policy.clears) == Names{"a", "b"});
    CHECK(judge(policy, {{&a, kExpired}, {&a, kForged}})
              .cookies_to_clear(policy, policy.clears)
              .empty());
    CHECK(judge(policy, {{&a, kForged}, {&b, kExpired}}).cookies_to_clear(policy, policy.clears) ==
          Names{"b"});
    CHECK(judge(policy, {{&a, kExpired}}, true, false)
              .cookies_to_clear(policy, policy.clears)
              .empty());
    CHECK(judge(policy, {{&policy.sources[2], kExpired}})
              .cookies_to_clear(policy, policy.clears)
              .empty());
}

TEST_CASE("evidence: malformed names are nobody's session, whoever signed them") {
    const Policy policy = policy_of(false);
    const std::string odd =
        mint::hs256(realm::kHeader, R"({"sub":"4\n2","exp":)" + std::to_string(kNow + 60) + "}",
                    realm::kSecret);
    const Evidence evidence = judge(policy, {{&policy.sources[0], odd}});
    CHECK(evidence.reason() == Reason::malformed);
    CHECK_FALSE(evidence.deciding()->session);
    CHECK(judge(policy, {{&policy.sources[0], kExpired}}).deciding()->session->user == "42");
}

TEST_CASE("evidence: knows the tokens it has judged") {
    const Policy policy = policy_of(true);
    const auto& [a, b] = std::tie(policy.sources[0], policy.sources[1]);
    const Evidence evidence = judge(policy, {{&a, kGood}, {&b, kOther}});
    CHECK(evidence.is_of({{&a, kGood}, {&b, kOther}}, true));
    CHECK_FALSE(evidence.is_of({{&a, kGood}, {&b, kOther}}, false));
    CHECK_FALSE(evidence.is_of({{&a, kGood}}, true));
    CHECK_FALSE(evidence.is_of({{&b, kGood}, {&a, kOther}}, true));
    CHECK_FALSE(evidence.is_of({{&a, kOther}, {&b, kOther}}, true));
    CHECK_FALSE(evidence.is_of({}, true));
    CHECK_FALSE(judge(policy, {}).is_of({{&a, kGood}}, true));
}
