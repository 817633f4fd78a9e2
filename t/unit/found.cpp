#include "../../src/session/found.hpp"

#include <doctest/doctest.h>

#include <string>

using session::Finding;
using session::found_express_session;
using session::found_session;
using session::Policy;
using session::Reason;
using session::Stored;

namespace {

constexpr std::int64_t kNow = 1700000000;

Stored stored() {
    return {"42", "s1", "t1", R"({"role":"admin","sub":"x"})", kNow - 100, kNow + 100};
}

Reason reason(const Policy& policy, const Stored& what) {
    return found_session(policy, what, kNow).value_or(Finding()).reason;
}

Policy express() {
    Policy policy;
    policy.rules.names.subject = "passport.user";
    policy.rules.names.tenant = "shop.owner.id";
    return policy;
}

std::string said(const std::string& json) {
    const auto finding = found_express_session(express(), json, "HASH", kNow);
    if (!finding) {
        return "nothing";
    }
    return std::string(session::name(finding->reason)) +
           (finding->session ? " " + finding->session->user + " " + finding->session->tenant : "");
}

std::string with_cookie(const std::string& cookie) {
    return R"({"cookie":)" + cookie + R"(,"passport":{"user":"42"}})";
}

}  // namespace

TEST_CASE("found: claims of a record, its own names winning") {
    const auto finding = found_session({}, stored(), kNow);
    REQUIRE(finding);
    CHECK(finding->claims->json() == R"({"role":"admin","sub":"42","sid":"s1","tenant":"t1",)"
                                     R"("iat":1699999900,"exp":1700000100})");
    CHECK(finding->session->authenticated == kNow - 100);
    Policy policy;
    policy.rules.names = {"uid", "jti", "session", "org", "v"};
    CHECK(found_session(policy, {"42", "s1", "t1", "", 0, 0}, kNow)->claims->json() ==
          R"({"uid":"42","session":"s1","org":"t1"})");
    CHECK(found_session({}, {"42", "s1", "", R"({"tenant":7,"version":"v1"})", 0, 0}, kNow)
              ->session->tenant == "7");
}

TEST_CASE("found: claims that are no object make no session") {
    for (const char* claims : {"x", "[]", "1", R"({"a":1,"a":2})", R"({"a":)"}) {
        CHECK_FALSE(found_session({}, {"42", "s1", "", claims, 0, 0}, kNow));
    }
    CHECK_FALSE(found_session({}, {"\xff", "s1", "", "", 0, 0}, kNow));
    CHECK_FALSE(found_session({}, {"42", "s1", "\n", "", 0, 0}, kNow));
}

TEST_CASE("found: the realm's rules for claims") {
    Policy policy;
    CHECK(reason(policy, stored()) == Reason::valid);
    policy.rules.issuer = "https://tokens.example";
    policy.rules.audience = {"a"};
    CHECK(reason(policy, stored()) == Reason::valid);
    policy.rules.required = {"role", "exp"};
    CHECK(reason(policy, stored()) == Reason::valid);
    policy.rules.required = {"group"};
    CHECK(reason(policy, stored()) == Reason::claims);
    policy.rules.max_age = 100;
    CHECK(reason({}, {"42", "s1", "", "", kNow + 1, 0}) == Reason::valid);
    CHECK(reason({}, {"42", "s1", "", "", kNow + 2, 0}) == Reason::early);
    policy.rules.required.reset();
    CHECK(reason(policy, stored()) == Reason::valid);
    policy.rules.max_age = 99;
    CHECK(reason(policy, stored()) == Reason::expired);
}

TEST_CASE("found: who a session of Express is of") {
    CHECK(said(R"({"passport":{"user":"42"}})") == "valid 42 ");
    CHECK(said(R"({"passport":{"user":42},"shop":{"owner":{"id":7}}})") == "valid 42 7");
    CHECK(said(R"({"passport":{"user":"42"},"shop":{"owner":7}})") == "valid 42 ");
    for (const char* json :
         {"{}", R"({"passport":{}})", R"({"passport":"42"})", R"({"passport":{"user":{"id":42}}})",
          R"({"passport":{"user":1.5}})", R"({"passport":{"user":""}})",
          R"({"passport":{"user":null}})", R"({"passport.user":"42"})", R"({"user":"42"})"}) {
        CAPTURE(json);
        CHECK(said(json) == "record");
    }
    for (const char* json : {"", "x", "[]", "null", R"({"passport":{"user":"42"})",
                             R"({"passport":{"user":"42","user":"43"}})"}) {
        CAPTURE(json);
        CHECK(said(json) == "nothing");
    }
}

TEST_CASE("found: a session of Express ends with its cookie, where that has a date") {
    for (const char* cookie :
         {"{}", "null", R"({"expires":null})", R"({"expires":false,"originalMaxAge":null})",
          R"({"expires":"2023-11-14T22:13:21.000Z"})"}) {
        CAPTURE(cookie);
        CHECK(said(with_cookie(cookie)) == "valid 42 ");
    }
    CHECK(said(with_cookie(R"({"expires":"2023-11-14T22:13:20.999Z"})")) == "expired 42 ");
    for (const char* date : {R"("")", R"("soon")", "1700000001", "true", "{}", R"("2023-11-14")"}) {
        CAPTURE(date);
        CHECK(said(with_cookie(R"({"expires":)" + std::string(date) + "}")) == "nothing");
    }
    const auto dated = found_express_session(
        express(), with_cookie(R"({"expires":"2023-11-14T22:13:30Z"})"), "HASH", kNow);
    CHECK(dated->session->expires == kNow + 10);
    CHECK_FALSE(dated->last_activity);
}

TEST_CASE("found: a session of Express began when it says so, else before every mark") {
    const auto issued = [](const std::string& json) {
        return found_express_session(express(), json, "HASH", kNow)->session->issued;
    };
    CHECK(issued(R"({"passport":{"user":"42"}})") == 0);
    CHECK(issued(R"({"passport":{"user":"42"},"iat":1600000000})") == 1600000000);
    CHECK(issued(R"({"passport":{"user":"42"},"iat":"1600000000"})") == 0);
    CHECK(issued(R"({"passport":{"user":"42"},"iat":-5})") == 0);
    CHECK(said(R"({"passport":{"user":"42"},"iat":1700000060})") == "early 42 ");
}
