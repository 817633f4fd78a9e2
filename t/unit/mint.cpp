#include "mint.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../../src/session/mint.hpp"
#include "realm.hpp"

using jwt::Key;
using jwt::Refusal;
using realm::kNow;
using session::NewToken;
using session::Policy;
using session::Session;

namespace {

Key key(const std::string& id, const std::string& secret = realm::kSecret) {
    jwt::KeyOptions options;
    options.id = id;
    return mint::read_key(options, secret);
}

// "v2" signs, "v1" is the fallback.
Policy policy_of() {
    Policy policy;
    policy.keyring.add(key("v2", "another secret of thirty-two bytes"));
    policy.keyring.add(key("v1"));
    policy.lifetimes.access = 900;
    policy.lifetimes.absolute = 10000;
    return policy;
}

const Key& current(const Policy& policy) {
    return policy.keyring.keys().front();
}

NewToken login() {
    NewToken token;
    token.user = "42";
    token.session = "s1";
    token.id = "j1";
    token.issued = kNow;
    token.expires = kNow + 900;
    return token;
}

// The claims of a token that must be valid.
jwt::Claims claims_of(const Policy& policy, const std::optional<std::string>& token) {
    REQUIRE(token.has_value());
    const auto verified = jwt::verify(*token, policy.keyring, policy.rules, kNow);
    REQUIRE(verified.refusal == realm::kValid);
    CHECK(verified.key == &current(policy));
    return *verified.claims;
}

std::string minted(const Policy& policy, const NewToken& token) {
    return claims_of(policy, session::mint(policy, current(policy), token)).json();
}

// A token of the fallback key, read as a request's is.
struct Old {
    std::string text;
    jwt::Verification verification;
    Session session;
};

Old old_token(const Policy& policy, const std::string& claims) {
    Old old;
    old.text = mint::hs256(realm::kHeader, claims, realm::kSecret);
    old.verification = jwt::verify(old.text, policy.keyring, policy.rules, kNow);
    REQUIRE(old.verification.refusal == realm::kValid);
    old.session = session::read_session(old.text, old.verification, policy.rules.names);
    return old;
}

std::optional<std::string> renewed(const Policy& policy, const Old& old) {
    NewToken token;
    token.id = "j2";
    token.issued = kNow;
    token.expires = kNow + 900;
    return session::renew(policy, current(policy), old.session, *old.verification.claims, token);
}

std::optional<std::string> resigned(const Policy& policy, const Old& old) {
    return session::resign(policy, current(policy), old.session, *old.verification.claims);
}

constexpr const char* kTimes = R"("iat":1699999000,"exp":1700000060})";

}  // namespace

TEST_CASE("mint: the token of a login") {
    const Policy policy = policy_of();
    CHECK(minted(policy, login()) ==
          R"({"iat":1700000000,"exp":1700000900,"sub":"42","jti":"j1","sid":"s1",)"
          R"("version":"v2"})");
}

TEST_CASE("mint: issuer, audience, tenant and the names of claims are the realm's") {
    Policy policy = policy_of();
    policy.rules.issuer = "https://example.com";
    policy.rules.audience = {"app"};
    policy.rules.names = {"uid", "tid", "session", "org", "v"};
    NewToken token = login();
    token.tenant = "acme";
    CHECK(minted(policy, token) ==
          R"({"iss":"https://example.com","aud":"app","org":"acme","iat":1700000000,)"
          R"("exp":1700000900,"uid":"42","tid":"j1","session":"s1","v":"v2"})");
    policy.rules.audience = {"app", "api"};
    CHECK(minted(policy, token).find(R"("aud":["app","api"])") != std::string::npos);
}

TEST_CASE("mint: an upstream's claims are added, and never in place of the module's") {
    Policy policy = policy_of();
    policy.rules.issuer = "us";
    policy.rules.audience = {"app"};
    NewToken token = login();
    token.claims = R"({"role":["a"],"sub":"root","jti":"x","sid":"y","iat":1,"exp":99999999999,)"
                   R"("version":"v0","iss":"them","aud":["all"]})";
    CHECK(minted(policy, token) ==
          R"({"role":["a"],"sub":"42","jti":"j1","sid":"s1","iat":1700000000,)"
          R"("exp":1700000900,"version":"v2","iss":"us","aud":"app"})");
}

TEST_CASE("mint: the tenant that the claims name stays as it is") {
    const Policy policy = policy_of();
    NewToken token = login();
    token.tenant = "7";
    token.claims = R"({"tenant":7})";
    CHECK(minted(policy, token).find(R"({"tenant":7,)") == 0);
}

TEST_CASE("mint: the login's time is the module's word, not the upstream's") {
    const Policy policy = policy_of();
    NewToken token = login();
    token.authenticated = kNow - 5000;
    token.claims = R"({"auth_time":1})";
    const auto claims = claims_of(policy, session::mint(policy, current(policy), token));
    CHECK(claims.integer("auth_time") == kNow - 5000);
    token.authenticated = 0;
    CHECK(minted(policy, token).find(R"({"auth_time":1700000000,)") == 0);
}

TEST_CASE("mint: no token of what cannot stand in one, or without a key that signs") {
    const Policy policy = policy_of();
    for (std::string NewToken::*member :
         {&NewToken::user, &NewToken::session, &NewToken::id, &NewToken::tenant}) {
        NewToken token = login();
        token.*member = "\xff";
        CHECK_FALSE(session::mint(policy, current(policy), token));
    }
    for (const char* claims : {"[]", "null", "{", "{\"a\":\"\xff\"}"}) {
        NewToken token = login();
        token.claims = claims;
        CHECK_FALSE(session::mint(policy, current(policy), token));
    }
    const auto verifying = Key::from_secret({"v1", "HS256", false, {}, {}}, realm::kSecret);
    CHECK_FALSE(session::mint(policy, std::get<Key>(verifying), login()));
}

TEST_CASE("mint: claims that would lock the user out are found out") {
    const Policy policy = policy_of();
    const auto is_valid = [&policy](const char* claims) {
        NewToken token = login();
        token.claims = claims;
        return session::is_valid(policy, *session::mint(policy, current(policy), token), kNow);
    };
    CHECK(is_valid("{}"));
    CHECK(is_valid(R"({"nbf":1700000000})"));
    for (const char* claims :
         {R"({"nbf":1700000001})", R"({"nbf":"now"})", R"({"tenant":["a"]})", R"({"aud":7})"}) {
        CAPTURE(claims);
        CHECK_FALSE(is_valid(claims));
    }
    NewToken large = login();
    large.claims = R"({"a":")" + std::string(8192, 'a') + "\"}";
    CHECK_FALSE(session::is_valid(policy, *session::mint(policy, current(policy), large), kNow));
}

TEST_CASE("mint: no token lives beyond the absolute timeout") {
    const Policy policy = policy_of();
    CHECK(session::token_end(policy, kNow, kNow) == kNow + 900);
    CHECK(session::token_end(policy, kNow, kNow - 9100) == kNow + 900);
    CHECK(session::token_end(policy, kNow, kNow - 9101) == kNow + 899);
    CHECK(session::token_end(policy, kNow, kNow - 20000) == kNow - 10000);
}

TEST_CASE("mint: a token is due when less than the share of its life is left") {
    Policy policy = policy_of();
    policy.renew_below = 50;
    Session session;
    session.issued = session.authenticated = kNow;
    session.expires = kNow + 900;
    CHECK_FALSE(session::is_due(policy, session, kNow));
    CHECK_FALSE(session::is_due(policy, session, kNow + 450));
    CHECK(session::is_due(policy, session, kNow + 451));
    policy.renew_below = 0;
    CHECK_FALSE(session::is_due(policy, session, kNow + 899));
    policy.renew_below = 100;
    CHECK(session::is_due(policy, session, kNow + 1));
    // Another issuer's longer token is not cut short.
    session.expires = kNow + 9000;
    CHECK_FALSE(session::is_due(policy, session, kNow + 8000));
    CHECK(session::is_due(policy, session, kNow + 8101));
}

TEST_CASE("mint: nothing is due at the absolute timeout, or of a token without times") {
    Policy policy = policy_of();
    policy.renew_below = 50;
    Session session;
    session.issued = kNow - 800;
    session.authenticated = kNow - 9900;
    session.expires = kNow + 100;
    CHECK_FALSE(session::is_due(policy, session, kNow));
    session.authenticated += 1;
    CHECK(session::is_due(policy, session, kNow));
    Session without = session;
    without.issued = 0;
    CHECK_FALSE(session::is_due(policy, without, kNow));
    without = session;
    without.expires = 0;
    CHECK_FALSE(session::is_due(policy, without, kNow));
}

TEST_CASE("mint: a renewed token has a new life and the same claims") {
    const Policy policy = policy_of();
    const Old old = old_token(policy, std::string(R"({"sub":"42","jti":"j1","sid":"s1","role":"a",)"
                                                  R"("version":"v1",)") +
                                          kTimes);
    CHECK(claims_of(policy, renewed(policy, old)).json() ==
          R"({"sub":"42","jti":"j2","sid":"s1","role":"a","version":"v2","iat":1700000000,)"
          R"("exp":1700000900,"auth_time":1699999000})");
}

TEST_CASE("mint: renewing again does not move the login") {
    const Policy policy = policy_of();
    const Old old = old_token(
        policy, std::string(R"({"sub":"42","jti":"j1","auth_time":1699990000,)") + kTimes);
    CHECK(claims_of(policy, renewed(policy, old)).integer("auth_time") == 1699990000);
}

TEST_CASE("mint: whatever revoked the old token revokes the new one") {
    const Policy policy = policy_of();
    for (const char* ids : {"", R"("jti":"j1",)", R"("sid":"s1",)", R"("jti":"j1","sid":"s1",)"}) {
        CAPTURE(ids);
        const Old old = old_token(policy, R"({"sub":"42",)" + std::string(ids) + kTimes);
        for (const auto& text : {renewed(policy, old), resigned(policy, old)}) {
            REQUIRE(text.has_value());
            const auto verified = jwt::verify(*text, policy.keyring, policy.rules, kNow);
            const Session now = session::read_session(*text, verified, policy.rules.names);
            CHECK(now.id == old.session.id);
            CHECK(now.revocable.back() == old.session.id);
        }
    }
}

TEST_CASE("mint: a token signed again has the same claims and the new version") {
    const Policy policy = policy_of();
    const std::string begin = R"({"sub":"42","jti":"j1","a":[1.5,null],"iat":1699999000,)"
                              R"("exp":1700000060)";
    CHECK(claims_of(policy, resigned(policy, old_token(policy, begin + R"(,"version":"v1"})")))
              .json() == begin + R"(,"version":"v2"})");
    CHECK(claims_of(policy, resigned(policy, old_token(policy, begin + "}"))).json() ==
          begin + R"(,"version":"v2"})");
}
