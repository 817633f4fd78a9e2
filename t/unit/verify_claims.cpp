// What verified claims must satisfy; verify.cpp has what comes before.
#include <doctest/doctest.h>

#include "realm.hpp"

using jwt::Refusal;
using jwt::Rules;
using realm::judge;
using realm::kHeader;
using realm::kNow;
using realm::kSecret;
using realm::kValid;
using realm::one_key;
using realm::refusal_of;

namespace {

std::string with(const std::string& members) {
    return R"({"sub":"42","exp":1700000100,)" + members + "}";
}

}  // namespace

TEST_CASE("verify: exp to the second, with leeway") {
    const std::string payload = R"({"sub":"42","exp":1700000000})";
    CHECK(judge(payload, {}, 1699999999) == kValid);
    CHECK(judge(payload, {}, 1700000000) == Refusal::expired);
    Rules rules;
    rules.leeway = 10;
    CHECK(judge(payload, rules, 1700000009) == kValid);
    CHECK(judge(payload, rules, 1700000010) == Refusal::expired);
}

TEST_CASE("verify: nbf to the second, with leeway") {
    const std::string payload = with(R"("nbf":1700000000)");
    CHECK(judge(payload, {}, 1700000000) == kValid);
    CHECK(judge(payload, {}, 1699999999) == Refusal::early);
    Rules rules;
    rules.leeway = 10;
    CHECK(judge(payload, rules, 1699999990) == kValid);
    CHECK(judge(payload, rules, 1699999989) == Refusal::early);
}

TEST_CASE("verify: iat may be one second ahead, or the leeway") {
    const std::string payload = with(R"("iat":1700000000)");
    CHECK(judge(payload, {}, 1699999999) == kValid);
    CHECK(judge(payload, {}, 1699999998) == Refusal::early);
    Rules rules;
    rules.leeway = 10;
    CHECK(judge(payload, rules, 1699999990) == kValid);
    CHECK(judge(payload, rules, 1699999989) == Refusal::early);
}

TEST_CASE("verify: max_age counts from iat, from 0 without one") {
    Rules rules;
    rules.max_age = 60;
    const std::string payload = with(R"("iat":1699999940)");
    CHECK(judge(payload, rules, 1700000000) == kValid);
    CHECK(judge(payload, rules, 1700000001) == Refusal::expired);
    rules.leeway = 5;
    CHECK(judge(payload, rules, 1700000005) == kValid);
    CHECK(judge(payload, rules, 1700000006) == Refusal::expired);
    CHECK(judge(R"({"sub":"42","exp":1700000100})", rules) == Refusal::expired);
}

TEST_CASE("verify: fractions of seconds go against the token") {
    CHECK(judge(R"({"sub":"42","exp":1700000000.9})", {}, 1699999999) == kValid);
    CHECK(judge(R"({"sub":"42","exp":1700000000.9})", {}, 1700000000) == Refusal::expired);
    CHECK(judge(with(R"("nbf":1699999999.1)"), {}, 1699999999) == Refusal::early);
    CHECK(judge(with(R"("nbf":1699999999.1)"), {}, 1700000000) == kValid);
    const std::string token = mint::hs256(kHeader, with(R"("iat":1699999990.9)"), kSecret);
    CHECK(jwt::verify(token, one_key(), {}, kNow).issued == 1699999990);
    CHECK(judge(R"({"sub":"42","exp":1.8e9})") == kValid);
}

TEST_CASE("verify: times of another type or range are malformed") {
    for (const char* name : {"exp", "nbf", "iat"}) {
        for (const char* value : {"1e300", "1e400", "-1", "-0.5", "9223372036854775807",
                                  "9223372036854775808", "9007199254740994", "-1e300",
                                  "\"1700000100\"", "null", "true", "[1700000100]", "{}", "\"\""}) {
            CAPTURE(name);
            CAPTURE(value);
            const std::string member = "\"" + std::string(name) + "\":" + value;
            const std::string others = name[0] == 'e' ? "" : R"(,"exp":1700000100)";
            CHECK(judge("{\"sub\":\"42\"," + member + others + "}") == Refusal::malformed);
        }
    }
    CHECK(judge(R"({"sub":"42","exp":9007199254740992})") == kValid);
    CHECK(judge(R"({"sub":"42","exp":0})") == Refusal::expired);
    CHECK(judge(R"({"sub":"42","exp":-0.0})") == Refusal::expired);
    CHECK(judge(with(R"("iat":0,"nbf":0)")) == kValid);
    CHECK(judge(with(R"("iat":9007199254740992)")) == Refusal::early);
}

TEST_CASE("verify: sub, jti, sid and tenant must be names where they are present") {
    const std::string too_long = "\"" + std::string(256, 'x') + "\"";
    for (const char* name : {"sub", "jti", "sid", "tenant"}) {
        for (const std::string& value :
             {std::string("\"\""), std::string("null"), std::string("true"), std::string("[\"a\"]"),
              std::string("{}"), std::string("1.5"), std::string("\"a\\nb\""),
              std::string("\"a\\u007fb\""), std::string("\"\\u001f\""), too_long}) {
            CAPTURE(name);
            CAPTURE(value);
            const std::string subject = name[1] == 'u' ? "" : R"(,"sub":"42")";
            CHECK(judge("{\"" + std::string(name) + "\":" + value + subject +
                        R"(,"exp":1700000100})") == Refusal::malformed);
        }
    }
    CHECK(judge(R"({"sub":42,"exp":1700000100})") == Refusal::malformed);
    CHECK(judge(with(R"("jti":7)")) == Refusal::malformed);
    CHECK(judge(with(R"("tenant":7)")) == kValid);
    CHECK(judge(with(R"("tenant":-7)")) == kValid);
    CHECK(judge(with(R"("tenant":7e0)")) == Refusal::malformed);
    CHECK(judge(with(R"("jti":"a","sid":"b","tenant":"ü {x}")")) == kValid);
}

TEST_CASE("verify: the parts are played by the claims that are configured") {
    Rules rules;
    rules.names.subject = "user_id";
    rules.names.id = "token_id";
    CHECK(judge(R"({"user_id":"42","sub":7,"jti":7,"exp":1700000100})", rules) == kValid);
    CHECK(judge(R"({"sub":"42","exp":1700000100})", rules) == Refusal::claims);
    CHECK(judge(R"({"user_id":42,"exp":1700000100})", rules) == Refusal::malformed);
    CHECK(judge(R"({"user_id":"42","token_id":1,"exp":1700000100})", rules) == Refusal::malformed);
}

TEST_CASE("verify: required claims, exp and the subject where nothing is said") {
    CHECK(judge(R"({"exp":1700000100})") == Refusal::claims);
    CHECK(judge(R"({"sub":"42"})") == Refusal::claims);
    CHECK(judge("{}") == Refusal::claims);
    Rules rules;
    rules.required = std::vector<std::string>{"jti", "role"};
    CHECK(judge(R"({"jti":"a","role":false})", rules) == kValid);
    CHECK(judge(R"({"jti":"a"})", rules) == Refusal::claims);
    rules.required = std::vector<std::string>();
    CHECK(judge("{}", rules) == kValid);
}

TEST_CASE("verify: the issuer") {
    Rules rules;
    rules.issuer = "https://login.example";
    CHECK(judge(with(R"("iss":"https://login.example")"), rules) == kValid);
    for (const char* claims :
         {R"("iss":"https://login.example/")", R"("iss":"https://LOGIN.example")",
          R"("iss":["https://login.example"])", R"("iss":null)", R"("x":1)"}) {
        CAPTURE(claims);
        CHECK(judge(with(claims), rules) == Refusal::claims);
    }
    CHECK(judge(with(R"("iss":7)")) == kValid);
}

TEST_CASE("verify: the audience") {
    Rules rules;
    rules.audience = {"api", "web"};
    for (const char* claims : {R"("aud":"api")", R"("aud":["x","web"])"}) {
        CAPTURE(claims);
        CHECK(judge(with(claims), rules) == kValid);
        CHECK(judge(with(claims)) == kValid);
    }
    for (const char* claims :
         {R"("aud":"x")", R"("aud":[])", R"("aud":["x"])", R"("aud":"api,web")"}) {
        CAPTURE(claims);
        CHECK(judge(with(claims), rules) == Refusal::claims);
        CHECK(judge(with(claims)) == kValid);
    }
    for (const char* claims :
         {R"("aud":7)", R"("aud":null)", R"("aud":["api",7])", R"("aud":{})"}) {
        CAPTURE(claims);
        CHECK(judge(with(claims), rules) == Refusal::claims);
        CHECK(judge(with(claims)) == Refusal::claims);
    }
    CHECK(judge(R"({"sub":"42","exp":1700000100})", rules) == Refusal::claims);
}

TEST_CASE("verify: the order of refusals") {
    Rules rules;
    rules.issuer = "i";
    CHECK(judge(R"({"sub":7,"exp":1,"nbf":4000000000})", rules) == Refusal::malformed);
    CHECK(judge(R"({"sub":"42","exp":1,"nbf":4000000000})", rules) == Refusal::expired);
    CHECK(judge(with(R"("nbf":4000000000)"), rules) == Refusal::early);
    CHECK(judge(with(R"("nbf":1)"), rules) == Refusal::claims);
    CHECK(refusal_of(mint::hs256(kHeader, R"({"sub":7,"exp":1})", "other")) == Refusal::signature);
}
