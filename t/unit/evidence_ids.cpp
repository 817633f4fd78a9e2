// Opaque ids among the tokens of a request: what is asked round by round, and who wins.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../src/session/evidence.hpp"
#include "realm.hpp"
#include "replies.hpp"

using realm::kNow;
using redis::Reply;
using replies::array;
using replies::integer;
using replies::nil;
using replies::string;
using session::Evidence;
using session::Policy;
using session::Reason;
using session::StoreError;
using session::TokenSource;

namespace {

const std::string kId = "0123456789abcdef";
const std::string kOther = "fedcba9876543210";

TokenSource source(TokenSource::Kind kind, const std::string& name, TokenSource::Format format) {
    TokenSource made;
    made.kind = kind;
    made.name = name;
    made.label = name;
    made.format = format;
    return made;
}

Policy realm_of(session::Revocation revocation = session::Revocation::strict) {
    Policy policy;
    policy.keyring = realm::one_key();
    policy.revocation = revocation;
    policy.sources = {
        source(TokenSource::Kind::cookie, "sid", TokenSource::Format::opaque),
        source(TokenSource::Kind::cookie, "sid", TokenSource::Format::jwt),
        source(TokenSource::Kind::bearer, "", TokenSource::Format::jwt),
    };
    return policy;
}

std::string token(std::int64_t expires = kNow + 100) {
    return mint::hs256(realm::kHeader,
                       R"({"sub":"7","iat":1,"exp":)" + std::to_string(expires) + "}",
                       realm::kSecret);
}

Reply names() {
    return array({string("42"), string("s1")});
}

Reply record() {
    return array({string("42"), string(std::to_string(kNow - 10)),
                  string(std::to_string(kNow + 100)), nil(), nil(), nil()});
}

// The first words of a round's commands.
std::string asked(Evidence& evidence, const Policy& policy) {
    std::string text;
    for (const session::Inquiry& inquiry : evidence.questions(policy)) {
        text += (text.empty() ? "" : " ") + inquiry.command.front();
    }
    return text;
}

void answer(Evidence& evidence, const Policy& policy, const std::vector<Reply>& replies) {
    evidence.answer(policy, replies, {}, kNow);
}

const std::vector<Reply> kLists = {nil(), nil(), integer(0)};

}  // namespace

TEST_CASE("evidence: an id is asked for in rounds, until its session stands") {
    const Policy policy = realm_of();
    Evidence evidence(policy, {{&policy.sources[0], kId}}, true, true, kNow);
    CHECK(evidence.reason() == Reason::store);
    CHECK(asked(evidence, policy) == "HMGET");
    answer(evidence, policy, {names()});
    CHECK(evidence.reason() == Reason::store);
    CHECK(asked(evidence, policy) == "HMGET EXISTS");
    answer(evidence, policy, {record(), integer(0)});
    CHECK(asked(evidence, policy) == "GET GET EXISTS");
    CHECK(evidence.reason() == Reason::store);
    answer(evidence, policy, kLists);
    CHECK(evidence.reason() == Reason::valid);
    CHECK(evidence.deciding()->last_activity == kNow - 10);
    CHECK(evidence.deciding()->verification.header->json() == "{}");
    CHECK(asked(evidence, policy).empty());
    CHECK_FALSE(evidence.complaint(policy, kLists));
}

TEST_CASE("evidence: without lists the record is the last word") {
    const Policy policy = realm_of(session::Revocation::off);
    Evidence evidence(policy, {{&policy.sources[0], kId}}, true, true, kNow);
    asked(evidence, policy);
    answer(evidence, policy, {names()});
    CHECK(asked(evidence, policy) == "HMGET");
    answer(evidence, policy, {record()});
    CHECK(evidence.reason() == Reason::valid);
    CHECK(asked(evidence, policy).empty());
}

TEST_CASE("evidence: what is said of a session that was found counts as of a token") {
    const Policy policy = realm_of();
    Evidence evidence(policy, {{&policy.sources[0], kId}}, true, true, kNow);
    for (const std::vector<Reply>& replies :
         std::vector<std::vector<Reply>>{{names()},
                                         {record(), integer(0)},
                                         {nil(), string(std::to_string(kNow)), integer(0)}}) {
        asked(evidence, policy);
        answer(evidence, policy, replies);
    }
    CHECK(evidence.reason() == Reason::stale);
    CHECK(asked(evidence, policy).empty());
}

TEST_CASE("evidence: a store that falls silent leaves no session, whatever is allowed") {
    for (const std::size_t rounds : {0, 1, 2}) {
        Policy policy = realm_of();
        policy.store_error = rounds < 2 ? StoreError::allow : StoreError::deny;
        Evidence evidence(policy, {{&policy.sources[0], kId}}, true, true, kNow);
        const std::vector<std::vector<Reply>> said = {{names()}, {record(), integer(0)}};
        for (std::size_t i = 0; i <= rounds; ++i) {
            asked(evidence, policy);
            answer(evidence, policy, i < rounds ? said[i] : std::vector<Reply>());
        }
        CHECK(evidence.reason() == Reason::store);
        CHECK(asked(evidence, policy).empty());
    }
}

TEST_CASE("evidence: a complaint about an id is told in its round") {
    const Policy policy = realm_of();
    Evidence evidence(policy, {{&policy.sources[0], kId}}, true, true, kNow);
    asked(evidence, policy);
    const std::vector<Reply> replies = {replies::error("WRONGTYPE")};
    answer(evidence, policy, replies);
    const std::string said = evidence.complaint(policy, replies).value_or("");
    CHECK(said.substr(0, 22) == "\"HMGET session:opaque:");
    CHECK(said.find(kId) == std::string::npos);
}

TEST_CASE("evidence: ids from a cookie are not looked for where cookies are not believed") {
    const Policy policy = realm_of();
    Evidence evidence(policy, {{&policy.sources[0], kId}}, true, false, kNow);
    CHECK(evidence.reason() == Reason::origin);
    CHECK(asked(evidence, policy).empty());
}

TEST_CASE("evidence: a token before an id spares the id its questions, until it is refused") {
    const Policy policy = realm_of();
    const std::string text = token();
    for (const bool revoked : {false, true}) {
        Evidence evidence(policy, {{&policy.sources[2], text}, {&policy.sources[0], kId}}, true,
                          true, kNow);
        CHECK(evidence.foremost()->reason == Reason::valid);
        CHECK(asked(evidence, policy) == "GET GET EXISTS");
        answer(evidence, policy, {nil(), nil(), integer(revoked ? 1 : 0)});
        CHECK(asked(evidence, policy) == (revoked ? "HMGET" : ""));
        CHECK(evidence.reason() == (revoked ? Reason::store : Reason::valid));
    }
}

TEST_CASE("evidence: an id before a token is asked for beside it, and wins") {
    const Policy policy = realm_of();
    const std::string text = token();
    Evidence evidence(policy, {{&policy.sources[0], kId}, {&policy.sources[2], text}}, true, true,
                      kNow);
    CHECK(evidence.foremost()->search.has_value());
    CHECK(asked(evidence, policy) == "HMGET GET GET EXISTS");
    std::vector<Reply> replies = kLists;
    replies.insert(replies.begin(), names());
    answer(evidence, policy, replies);
    CHECK(asked(evidence, policy) == "HMGET EXISTS");
    answer(evidence, policy, {record(), integer(0)});
    asked(evidence, policy);
    answer(evidence, policy, kLists);
    CHECK(evidence.deciding()->session->user == "42");

    Evidence unknown(policy, {{&policy.sources[0], kId}, {&policy.sources[2], text}}, true, true,
                     kNow);
    asked(unknown, policy);
    replies[0] = array({nil(), nil()});
    answer(unknown, policy, replies);
    CHECK(unknown.deciding()->session->user == "7");
    CHECK(asked(unknown, policy).empty());
}

TEST_CASE("evidence: several ids are looked for side by side") {
    const Policy policy = realm_of();
    Evidence evidence(policy, {{&policy.sources[0], kId}, {&policy.sources[0], kOther}}, true, true,
                      kNow);
    CHECK(asked(evidence, policy) == "HMGET HMGET");
    answer(evidence, policy, {array({nil(), nil()}), names()});
    CHECK(asked(evidence, policy) == "HMGET EXISTS");
    answer(evidence, policy, {record(), integer(0)});
    CHECK(asked(evidence, policy) == "GET GET EXISTS");
    answer(evidence, policy, kLists);
    CHECK(evidence.deciding()->id == kOther);
}

TEST_CASE("evidence: of a cookie in two formats the one counts whose form it has") {
    const Policy policy = realm_of();
    const auto both = [&policy](const std::string& text) {
        return std::vector<session::Presented>{{&policy.sources[0], text},
                                               {&policy.sources[1], text}};
    };
    std::bitset<session::kReasons> clears;
    clears.set(static_cast<std::size_t>(Reason::malformed));
    clears.set(static_cast<std::size_t>(Reason::expired));
    const std::string old = token(kNow - 5);
    Evidence expired(policy, both(old), true, true, kNow);
    CHECK(expired.reason() == Reason::expired);
    CHECK(expired.cookies_to_clear(policy, clears).front() == "sid");
    Evidence unknown(policy, both(kId), true, true, kNow);
    asked(unknown, policy);
    answer(unknown, policy, {array({nil(), nil()})});
    CHECK(unknown.reason() == Reason::record);
    CHECK(unknown.cookies_to_clear(policy, clears).empty());
    CHECK(Evidence(policy, both("short"), true, true, kNow).reason() == Reason::malformed);
}

TEST_CASE("evidence: ids have a current key of their own") {
    Policy policy;
    jwt::KeyOptions options;
    options.id = "rsa";
    policy.keyring.add(mint::read_key(options, mint::private_pem(mint::rsa_key().get())));
    options.id = "v2";
    policy.keyring.add(mint::read_key(options, "another secret of thirty-two bytes"));
    options.id = "v1";
    policy.keyring.add(mint::read_key(options, realm::kSecret));
    const TokenSource ids = source(TokenSource::Kind::cookie, "sid", TokenSource::Format::opaque);
    session::Candidate candidate;
    candidate.presented.source = &ids;
    CHECK_FALSE(session::is_by_fallback(policy, candidate, kNow));
    candidate.verification.key = &policy.keyring.keys()[1];
    CHECK_FALSE(session::is_by_fallback(policy, candidate, kNow));
    candidate.verification.key = &policy.keyring.keys()[2];
    CHECK(session::is_by_fallback(policy, candidate, kNow));
}
