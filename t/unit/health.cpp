#include "../../src/session/health.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "realm.hpp"
#include "replies.hpp"

using realm::kNow;
using session::Evidence;
using session::health;
using session::Policy;
using session::TokenSource;

namespace {

const TokenSource kBearer = {TokenSource::Kind::bearer, "", "bearer"};

jwt::Key key(const std::string& id, const std::string& secret) {
    jwt::KeyOptions options;
    options.id = id;
    return mint::read_key(options, secret);
}

// "v2" signs, "v1" is the fallback.
Policy two_keys() {
    Policy policy;
    policy.keyring.add(key("v2", "another secret of thirty-two bytes"));
    policy.keyring.add(key("v1", realm::kSecret));
    return policy;
}

std::string token(const std::string& claims) {
    return mint::hs256(realm::kHeader, "{" + claims + "}", realm::kSecret);
}

std::string until(std::int64_t expires, const std::string& claims = "") {
    return token(R"("sub":"42","exp":)" + std::to_string(expires) + claims);
}

std::string told(const Policy& policy, const std::string& text) {
    return health(policy, Evidence(policy, {{&kBearer, text}}, true, true, kNow), kNow);
}

}  // namespace

TEST_CASE("health: a valid token") {
    CHECK(told(two_keys(), until(kNow + 812, R"(,"version":"v1")")) ==
          R"({"compatible":true,"authenticated":true,"token_version":"v1","server_version":"v2",)"
          R"("key":"v1","reason":"valid","expires_in":812})"
          "\n");
}

TEST_CASE("health: no token") {
    const Policy policy = two_keys();
    CHECK(health(policy, Evidence(policy, {}, true, true, kNow), kNow) ==
          R"({"compatible":true,"authenticated":false,"token_version":null,)"
          R"("server_version":"v2","key":null,"reason":"missing","expires_in":null})"
          "\n");
}

TEST_CASE("health: a token that no key verifies is not compatible, and not believed in anything") {
    const std::string forged = mint::hs256(
        realm::kHeader, R"({"sub":"42","exp":1800000000,"version":"v9"})", "not the key at all");
    const char* expected =
        R"({"compatible":false,"authenticated":false,"token_version":null,)"
        R"("server_version":"v2","key":null,"reason":"signature","expires_in":null})"
        "\n";
    CHECK(told(two_keys(), forged) == expected);
    CHECK(told(two_keys(), "garbage").find(R"({"compatible":false,"authenticated":false,)") == 0);
}

TEST_CASE("health: an expired token is compatible, and has no time left") {
    for (const std::int64_t expires : {kNow, kNow - 1, std::int64_t{0}, kNow - 100000}) {
        CAPTURE(expires);
        const std::string body = told(two_keys(), until(expires));
        CHECK(body.find(R"("compatible":true,"authenticated":false)") == 1);
        CHECK(body.find(R"("key":"v1","reason":"expired")") != std::string::npos);
        CHECK(body.find(R"("expires_in":-)") == std::string::npos);
    }
}

TEST_CASE("health: a token without an end has none") {
    Policy policy = two_keys();
    policy.rules.required = std::vector<std::string>{"sub"};
    const std::string body = told(policy, token(R"("sub":"42")"));
    CHECK(body.find(R"("reason":"valid","expires_in":null})") != std::string::npos);
}

TEST_CASE("health: what the store says of the token") {
    Policy policy = two_keys();
    const std::string text = until(kNow + 60);
    const auto answered = [&policy, &text](const std::vector<redis::Reply>& given) {
        Evidence evidence(policy, {{&kBearer, text}}, true, true, kNow);
        evidence.questions(policy);
        evidence.answer(policy, given, {}, kNow);
        return health(policy, evidence, kNow);
    };
    using replies::integer;
    using replies::nil;
    CHECK(answered({nil(), nil(), integer(0)}).find(R"("authenticated":true)") == 19);
    const std::string revoked = answered({nil(), nil(), integer(1)});
    CHECK(revoked.find(R"("compatible":true,"authenticated":false)") == 1);
    CHECK(revoked.find(R"("reason":"revoked")") != std::string::npos);
    const std::string away = answered({});
    CHECK(away.find(R"("compatible":true,"authenticated":false)") == 1);
    CHECK(away.find(R"("reason":"store")") != std::string::npos);
}

TEST_CASE("health: names from tokens stay inside of their quotes") {
    const std::string body =
        told(two_keys(), until(kNow + 60, R"(,"version":"x\",\"authenticated\":\"<\\")"));
    const auto read = jwt::Claims::parse(body);
    REQUIRE(read.has_value());
    CHECK(read->string("token_version") == R"(x","authenticated":"<\)");
    CHECK(read->text({"authenticated"}) == "true");
    CHECK(told(two_keys(), until(kNow + 60, R"(,"version":7)")).find(R"("token_version":"7")") !=
          std::string::npos);
}

TEST_CASE("health: keys of a set are no version of the server") {
    jwt::KeyOptions options;
    options.id = "set";
    options.algorithm = "HS256";
    options.in_set = true;
    Policy policy;
    policy.keyring.add(std::get<jwt::Key>(jwt::Key::from_secret(options, realm::kSecret)));
    const std::string header = R"({"alg":"HS256","kid":"set"})";
    const std::string text = mint::hs256(
        header, R"({"sub":"42","exp":)" + std::to_string(kNow + 60) + "}", realm::kSecret);
    const std::string body = told(policy, text);
    CHECK(body.find(R"("server_version":null,"key":"set","reason":"valid")") != std::string::npos);
    policy.keyring.add(key("v1", "another secret of thirty-two bytes"));
    CHECK(told(policy, text).find(R"("server_version":"v1","key":"set")") != std::string::npos);
}
