#include "../../src/session/logout_token.hpp"

#include <doctest/doctest.h>

#include <string>

#include "mint.hpp"
#include "replies.hpp"

using session::LogoutToken;
using session::Policy;
using session::read_logout_token;

namespace {

constexpr std::int64_t kNow = 1700000000;
constexpr const char* kSecret = "0123456789012345678901234567890123456789";
constexpr const char* kEvent = R"("http://schemas.openid.net/event/backchannel-logout")";
constexpr const char* kHeader = R"({"alg":"HS256","typ":"logout+jwt"})";

Policy policy_of() {
    Policy policy;
    policy.rules.issuer = "op";
    policy.rules.audience = {"me"};
    policy.lifetimes.absolute = 10000;
    policy.lifetimes.access = 900;
    jwt::KeyOptions options;
    options.id = "v1";
    policy.keyring.add(mint::read_key(options, kSecret));
    return policy;
}

std::string claims(const std::string& names, const std::string& event = "{}",
                   const std::string& more = R"(,"aud":["x","me"],"jti":"l1")") {
    return R"({"iss":"op","iat":1700000000,"exp":1700000120)" + names + R"(,"events":{)" + kEvent +
           ":" + event + "}" + more + "}";
}

bool is_refused(const std::string& payload, const char* header = kHeader, std::int64_t now = kNow) {
    const auto read = read_logout_token(policy_of(), mint::hs256(header, payload, kSecret), now);
    const auto* why = std::get_if<std::string>(&read);
    return why != nullptr && !why->empty();
}

}  // namespace

TEST_CASE("a logout of one session, and of all") {
    const std::string one = mint::hs256(kHeader, claims(R"(,"sub":"42","sid":"s1")"), kSecret);
    const LogoutToken token = std::get<LogoutToken>(read_logout_token(policy_of(), one, kNow));
    CHECK(token.user == "42");
    CHECK(token.session == "s1");
    CHECK(token.id == "l1");
    CHECK(token.expires == kNow + 120);
    const auto commands = session::log_out(policy_of(), token, kNow);
    CHECK(commands[0][10] == std::to_string(kNow + 10000));
    CHECK(commands[1][0] == "SET");
    CHECK(commands[1][1] == session::was_received(policy_of(), token)[1]);
    CHECK(commands[1][3] == "NX");
    CHECK(commands[1][5] == "180");

    const std::string all = mint::hs256(kHeader, claims(R"(,"sub":"42")"), kSecret);
    CHECK(std::get<LogoutToken>(read_logout_token(policy_of(), all, kNow)).session.empty());
}

TEST_CASE("what is no logout token") {
    const std::string who = R"(,"sub":"42")";
    CHECK_FALSE(is_refused(claims(who)));
    for (const char* event : {"null", "true", "[]", "\"\"", "1"}) {
        CHECK(is_refused(claims(who, event)));
    }
    CHECK(is_refused(claims("")));
    CHECK(is_refused(claims(R"(,"sid":"s1")")));
    CHECK(is_refused(claims(R"(,"sub":7)")));
    CHECK(is_refused(claims(who + R"(,"nonce":null)")));
    CHECK(is_refused(claims(who, "{}", R"(,"jti":"l1")")));
    CHECK(is_refused(claims(who, "{}", R"(,"aud":"you","jti":"l1")")));
    CHECK(is_refused(claims(who, "{}", R"(,"aud":"me")")));
    CHECK(is_refused(claims(who), R"({"alg":"HS256","typ":"at+jwt"})"));
    CHECK(is_refused(claims(who), R"({"alg":"HS256","typ":7})"));
    CHECK_FALSE(is_refused(claims(who), R"({"alg":"HS256"})"));
    CHECK_FALSE(is_refused(claims(who), R"({"alg":"HS256","typ":"jwt"})"));
    CHECK(is_refused(claims(who), kHeader, kNow + 120));
    CHECK(is_refused(claims(who), kHeader, kNow - 2));
    CHECK(is_refused(
        R"({"iss":"op","aud":"me","iat":1700000000,"exp":1700000120,"jti":"l1","sub":"42"})"));
}

TEST_CASE("an old one, however long it lives") {
    const std::string lasting =
        R"({"iss":"op","aud":"me","iat":1700000000,"exp":1800000000,"jti":"l",)"
        R"("sub":"42","events":{)" +
        std::string(kEvent) + ":{}}}";
    CHECK_FALSE(is_refused(lasting, kHeader, kNow + 300));
    CHECK(is_refused(lasting, kHeader, kNow + 301));
}

TEST_CASE("a logout token is nobody's session") {
    const Policy policy = policy_of();
    for (const char* header : {kHeader, R"({"alg":"HS256"})"}) {
        const std::string token = mint::hs256(header, claims(R"(,"sub":"42","sid":"s1")"), kSecret);
        CHECK(jwt::verify(token, policy.keyring, policy.rules, kNow).refusal ==
              jwt::Refusal::claims);
    }
    const std::string payload =
        R"({"iss":"op","aud":"me","exp":1700000120,"sub":"42","events":["a"]})";
    CHECK_FALSE(jwt::verify(mint::hs256(R"({"alg":"HS256"})", payload, kSecret), policy.keyring,
                            policy.rules, kNow)
                    .refusal);
    CHECK(jwt::verify(mint::hs256(R"({"alg":"HS256","typ":"Logout+JWT"})", payload, kSecret),
                      policy.keyring, policy.rules, kNow)
              .refusal == jwt::Refusal::claims);
}

TEST_CASE("what the store says of it") {
    CHECK(session::is_logged_out({replies::words({"ended"}), replies::status("OK")}));
    CHECK(session::is_logged_out({replies::words({"ended"}), replies::nil()}));
    CHECK_FALSE(session::is_logged_out({replies::words({"ended"}), replies::error()}));
    CHECK_FALSE(session::is_logged_out({replies::error(), replies::status("OK")}));
    CHECK_FALSE(session::is_logged_out({}));
}
