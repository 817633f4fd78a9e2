// Encrypted tokens among others: each place reads its own form, and none is taken for another's.
#include <doctest/doctest.h>

#include <string>

#include "../../src/session/evidence.hpp"
#include "../../src/session/fingerprint.hpp"
#include "encrypted_vectors.hpp"
#include "realm.hpp"

using session::Evidence;
using session::Policy;
using session::Presented;
using session::Reason;
using session::TokenSource;

namespace {

using Kind = TokenSource::Kind;
using Format = TokenSource::Format;

const vectors::Login& kNextauth = vectors::kLogins[0];
const vectors::Login& kAuthjs = vectors::kLogins[3];
const std::int64_t kThen = kAuthjs.issued;

// Of the secret with which the libraries made those logins: places for NextAuth, for Auth.js, and
// for signed tokens.
Policy make_policy() {
    Policy policy;
    policy.realm = "app";
    jwt::KeyOptions options;
    options.id = "v1";
    policy.keyring.add(mint::read_key(options, std::string(kNextauth.secret)));
    policy.sources = {{Kind::cookie, "n", "cookie:n", Format::nextauth},
                      {Kind::cookie, std::string(kAuthjs.cookie), "cookie:a", Format::authjs},
                      {Kind::bearer, "", "bearer"}};
    const jwt::Key& key = policy.keyring.keys().front();
    policy.sources[0].keys.push_back(jwt::derive_nextauth(key, 0).value());
    policy.sources[1].keys.push_back(jwt::derive_authjs(key, 0, kAuthjs.cookie).value());
    return policy;
}

Reason judge(const Policy& policy, std::size_t place, std::string_view token) {
    return Evidence(policy, {Presented{&policy.sources[place], token}}, true, true, kThen).reason();
}

}  // namespace

TEST_CASE("evidence, encrypted: each place takes its own form alone") {
    const Policy policy = make_policy();
    const std::string_view nextauth = kNextauth.values[0];
    const std::string_view authjs = kAuthjs.values[0];
    const std::string jws =
        mint::hs256(realm::kHeader, R"({"sub":"42","exp":)" + std::to_string(kThen + 60) + "}",
                    std::string(kNextauth.secret));
    CHECK(judge(policy, 0, nextauth) == Reason::valid);
    CHECK(judge(policy, 1, authjs) == Reason::valid);
    CHECK(judge(policy, 2, jws) == Reason::valid);
    CHECK(judge(policy, 0, authjs) == Reason::algorithm);
    CHECK(judge(policy, 1, nextauth) == Reason::algorithm);
    CHECK(judge(policy, 0, jws) == Reason::malformed);
    CHECK(judge(policy, 1, jws) == Reason::malformed);
    CHECK(judge(policy, 2, nextauth) == Reason::malformed);
    CHECK(judge(policy, 2, authjs) == Reason::malformed);
}

TEST_CASE("evidence, encrypted: the session, from the first look and when it was known") {
    const Policy policy = make_policy();
    for (const std::size_t place : {0U, 1U}) {
        const std::string_view token = (place == 0 ? kNextauth : kAuthjs).values[0];
        const Presented presented{&policy.sources[place], token};
        for (const Evidence& evidence :
             {Evidence(policy, {presented}, true, true, kThen),
              Evidence(policy, presented, policy.keyring.keys().front(), kThen)}) {
            const session::Candidate* candidate = evidence.deciding();
            REQUIRE(candidate->session);
            CHECK(candidate->reason == Reason::valid);
            CHECK(candidate->session->user == "42");
            CHECK(candidate->session->id == candidate->verification.claims->string("jti"));
            CHECK(candidate->verification.key->id() == "v1");
            CHECK(candidate->verification.claims->string("role") == "admin");
        }
    }
}

TEST_CASE("fingerprint: of a place whose tokens have a form of their own") {
    Policy policy = make_policy();
    const auto of = [&policy](std::size_t place) {
        return session::fingerprint_of(policy.sources[place], "realm");
    };
    CHECK(of(0) != of(1));
    CHECK(of(0).size() == 43);
    CHECK(of(2).empty());
    CHECK(session::fingerprint_of(policy.sources[0], "other") != of(0));
    CHECK(session::fingerprint_of(policy.sources[0], "").empty());  // nothing is remembered
    const std::string before = of(1);
    policy.sources[1].keys = {
        jwt::derive_authjs(policy.keyring.keys().front(), 0, "another").value()};
    CHECK(of(1) != before);
}
