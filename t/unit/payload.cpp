#include "../../src/jwt/payload.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using jwt::Claims;
using jwt::Payload;

namespace {

std::string rewritten(std::string_view json) {
    const auto payload = Payload::parse(json);
    return payload ? payload->json() : "";
}

std::string nested(std::size_t depth) {
    return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

}  // namespace

TEST_CASE("payload: members are written in the order in which they were set") {
    Payload payload;
    CHECK(payload.json() == "{}");
    CHECK(payload.set("sub", "42"));
    CHECK(payload.set("exp", std::int64_t{1700000000}));
    CHECK(payload.set("aud", std::vector<std::string>{"a", "b"}));
    CHECK(payload.json() == R"({"sub":"42","exp":1700000000,"aud":["a","b"]})");
    CHECK(payload.has("sub"));
    CHECK_FALSE(payload.has("su"));
    CHECK_FALSE(payload.has("Sub"));
}

TEST_CASE("payload: one text is a string, not an array of one") {
    Payload payload;
    CHECK(payload.set("aud", std::vector<std::string>{"a"}));
    CHECK(payload.json() == R"({"aud":"a"})");
}

TEST_CASE("payload: a member is set in place of one of that name, of whatever type") {
    auto payload = Payload::parse(R"({"sub":["root"],"role":null,"exp":"never"})");
    REQUIRE(payload.has_value());
    CHECK(payload->has("role"));
    CHECK(payload->set("sub", "42"));
    CHECK(payload->set("exp", std::int64_t{1}));
    CHECK(payload->json() == R"({"sub":"42","role":null,"exp":1})");
}

TEST_CASE("payload: a name that JSON spells in escapes is the same name") {
    auto payload = Payload::parse(R"({"s\u0075b":"root"})");
    REQUIRE(payload.has_value());
    CHECK(payload->set("sub", "42"));
    CHECK(payload->json() == R"({"sub":"42"})");
}

TEST_CASE("payload: what is not UTF-8 is not set, and changes nothing") {
    Payload payload;
    payload.set("a", "before");
    for (const char* text :
         {"\xff", "a\xc3", "\xc3(", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80"}) {
        CAPTURE(text);
        CHECK_FALSE(payload.set("a", text));
        CHECK_FALSE(payload.set("a", std::vector<std::string>{text}));
        CHECK_FALSE(payload.set("a", std::vector<std::string>{"good", text}));
        CHECK_FALSE(payload.set(text, "good"));
        CHECK_FALSE(payload.set(text, std::int64_t{1}));
    }
    CHECK(payload.json() == R"({"a":"before"})");
    CHECK(payload.set("a", "caf\xc3\xa9"));
    CHECK(payload.json() == "{\"a\":\"caf\xc3\xa9\"}");
}

TEST_CASE("payload: a text cannot break out of its quotes") {
    const std::string text = "x\",\"role\":\"admin\\\n\x01";
    Payload payload;
    REQUIRE(payload.set("sub", text));
    const auto claims = Claims::parse(payload.json());
    REQUIRE(claims.has_value());
    CHECK(claims->string("sub") == text);
    CHECK_FALSE(claims->has("role"));
}

TEST_CASE("payload: times of any size") {
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        Payload payload;
        CHECK(payload.set("n", number));
        CHECK(payload.json() == R"({"n":)" + std::to_string(number) + "}");
    }
}

TEST_CASE("payload: text that is one JSON object is taken as it means") {
    CHECK(rewritten("{}") == "{}");
    CHECK(rewritten(" { \"b\" : [ 1 , true ] , \"a\" : { \"c\" : \"\\u00e9\" } }\n") ==
          "{\"b\":[1,true],\"a\":{\"c\":\"\xc3\xa9\"}}");
    CHECK(rewritten(nested(32)) == nested(32));
}

TEST_CASE("payload: text that is no JSON object, or one that readers take differently") {
    for (const std::string& json :
         {std::string(), std::string("{"), std::string("[]"), std::string("null"),
          std::string("\"a\""), std::string("1"), std::string("{}{}"), std::string("{} x"),
          std::string("{a:1}"), std::string(R"({"a":1,})"), std::string(R"({"a":1,"a":2})"),
          std::string(R"({"a":1,"\u0061":2})"), std::string(R"({"a":"\u0000"})"),
          std::string(R"({"a":1e999})"), std::string(R"({"a":9223372036854775808})"),
          std::string("{\"a\":\"\xff\"}"), std::string("{}\0", 3), nested(33)}) {
        CAPTURE(json);
        CHECK_FALSE(Payload::parse(json));
    }
}

TEST_CASE("payload: a copy of claims leaves them alone") {
    const std::string json = R"({"sub":"42","roles":["a",{"b":1.5}],"exp":1700000000})";
    const auto claims = Claims::parse(json);
    REQUIRE(claims.has_value());
    Payload payload(*claims);
    CHECK(payload.json() == json);
    CHECK(payload.set("sub", "43"));
    CHECK(claims->string("sub") == "42");
}
