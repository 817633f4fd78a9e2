#include "../../src/jwt/claims.hpp"

#include <doctest/doctest.h>

#include <cmath>

using jwt::Claims;

namespace {

Claims parse(std::string_view json) {
    auto claims = Claims::parse(std::string(json));
    REQUIRE(claims.has_value());
    return *claims;
}

std::string nested(std::size_t depth, char open, char close) {
    return "{\"a\":" + std::string(depth - 1, open) + std::string(depth - 1, close) + "}";
}

}  // namespace

TEST_CASE("claims: only one whole JSON object is taken") {
    for (const char* json : {"",
                             " ",
                             "null",
                             "1",
                             "\"a\"",
                             "[]",
                             "[{}]",
                             "{",
                             "}",
                             "{}{}",
                             "{} x",
                             "{\"a\":1,}",
                             "{a:1}",
                             "{'a':1}",
                             "{\"a\" 1}",
                             "{\"a\":01}",
                             "{\"a\":+1}",
                             "{\"a\":.5}",
                             "{\"a\":NaN}",
                             "{\"a\":Infinity}",
                             "{\"a\":0x10}",
                             "{\"a\":True}",
                             "{\"a\":\"\n\"}",
                             "{\"a\":\"\\x\"}",
                             "\xef\xbb\xbf{}",
                             "{/**/}"}) {
        CAPTURE(json);
        CHECK_FALSE(Claims::parse(json));
    }
    CHECK(Claims::parse("{}"));
    CHECK(Claims::parse(" \t\r\n{ } \n"));
}

TEST_CASE("claims: a member that is named twice is refused, at every depth") {
    CHECK_FALSE(Claims::parse(R"({"sub":"1","sub":"2"})"));
    CHECK_FALSE(Claims::parse(R"({"sub":"1","sub":"1"})"));
    CHECK_FALSE(Claims::parse(R"({"sub":"1","\u0073ub":"2"})"));
    CHECK_FALSE(Claims::parse(R"({"a":{"b":1,"b":2}})"));
    CHECK_FALSE(Claims::parse(R"({"a":[{"b":1,"b":2}]})"));
    CHECK(Claims::parse(R"({"sub":"1","Sub":"2"})"));
}

TEST_CASE("claims: NUL is refused, written or escaped") {
    CHECK_FALSE(Claims::parse(R"({"sub":"a\u0000b"})"));
    CHECK_FALSE(Claims::parse(R"({"a\u0000b":1})"));
    CHECK_FALSE(Claims::parse(std::string("{\"sub\":\"a\0b\"}", 13)));
    CHECK_FALSE(Claims::parse(std::string("{}\0", 3)));
    CHECK_FALSE(Claims::parse(std::string("\0{}", 3)));
}

TEST_CASE("claims: what is not UTF-8 is refused") {
    for (const char* bytes : {"\xff", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                              "\\ud800", "\\udc00\\ud800"}) {
        CAPTURE(bytes);
        CHECK_FALSE(Claims::parse("{\"a\":\"" + std::string(bytes) + "\"}"));
    }
    CHECK(parse(R"({"a":"\ud83d\ude00"})").string("a") == "\xf0\x9f\x98\x80");
}

TEST_CASE("claims: nesting is bounded, brackets in strings do not count") {
    CHECK(Claims::parse(nested(jwt::kMaxJsonDepth, '[', ']')));
    CHECK_FALSE(Claims::parse(nested(jwt::kMaxJsonDepth + 1, '[', ']')));
    CHECK_FALSE(Claims::parse(nested(4000, '[', ']')));
    CHECK_FALSE(Claims::parse("{\"a\":" + std::string(4000, '[')));
    std::string objects = "1";
    for (std::size_t i = 0; i < jwt::kMaxJsonDepth; ++i) {
        objects = "{\"a\":" + objects + "}";
    }
    CHECK(Claims::parse(objects));
    CHECK_FALSE(Claims::parse("{\"a\":" + objects + "}"));
    const std::string brackets(100, '[');
    CHECK(Claims::parse("{\"a\":\"" + brackets + "\"}"));
    CHECK(Claims::parse("{\"a\":\"\\\"" + brackets + "\"}"));
    CHECK_FALSE(Claims::parse("{\"a\":\"\\\\\",\"b\":" + brackets + "}"));
}

TEST_CASE("claims: numbers that nothing holds are refused") {
    for (const char* number : {"1e400", "-1e400", "9223372036854775808", "-9223372036854775809",
                               "123456789012345678901234567890"}) {
        CAPTURE(number);
        CHECK_FALSE(Claims::parse("{\"exp\":" + std::string(number) + "}"));
    }
    CHECK(parse(R"({"exp":9223372036854775807})").has("exp"));
    CHECK(parse(R"({"exp":1e300})").number("exp") == 1e300);
}

TEST_CASE("claims: members by type") {
    const Claims claims = parse(
        R"({"s":"text","i":-7,"r":1.5,"e":1e3,"t":true,"n":null,"a":["x"],"o":{"p":"q"},"":"empty"})");
    for (const char* name : {"s", "i", "r", "e", "t", "n", "a", "o", ""}) {
        CAPTURE(name);
        CHECK(claims.has(name));
    }
    CHECK_FALSE(claims.has("x"));
    CHECK_FALSE(claims.has("sx"));
    CHECK(claims.string("s") == "text");
    CHECK(claims.string("") == "empty");
    CHECK(claims.number("i") == -7);
    CHECK(claims.number("r") == 1.5);
    CHECK(claims.number("e") == 1000);
    CHECK(claims.integer("i") == -7);
    for (const char* name : {"i", "r", "e", "t", "n", "a", "o", "x"}) {
        CAPTURE(name);
        CHECK_FALSE(claims.string(name));
    }
    for (const char* name : {"s", "t", "n", "a", "o", "x"}) {
        CAPTURE(name);
        CHECK_FALSE(claims.number(name));
        CHECK_FALSE(claims.integer(name));
    }
    CHECK_FALSE(claims.integer("r"));
    CHECK_FALSE(claims.integer("e"));
}

TEST_CASE("claims: a view outlives the object it was asked of, as long as a copy lives") {
    std::optional<Claims> first = Claims::parse(R"({"sub":"somebody"})");
    const auto subject = first->string("sub");
    const Claims second = *first;
    first.reset();
    CHECK(subject == "somebody");
}

TEST_CASE("claims: an audience is a string or an array of strings") {
    const std::vector<std::string> values = {"api", "web"};
    const struct {
        const char* json;
        std::optional<bool> matches;
    } examples[] = {
        {R"({"aud":"api"})", true},
        {R"({"aud":"web"})", true},
        {R"({"aud":"API"})", false},
        {R"({"aud":""})", false},
        {R"({"aud":["other","web"]})", true},
        {R"({"aud":["other"]})", false},
        {R"({"aud":[]})", false},
        {R"({"aud":["api",1]})", std::nullopt},
        {R"({"aud":["api",["web"]]})", std::nullopt},
        {R"({"aud":1})", std::nullopt},
        {R"({"aud":null})", std::nullopt},
        {R"({"aud":{"api":"api"}})", std::nullopt},
        {R"({})", std::nullopt},
    };
    for (const auto& example : examples) {
        CAPTURE(example.json);
        CHECK(parse(example.json).matches("aud", values) == example.matches);
    }
}

TEST_CASE("claims: text as a variable shows it") {
    const Claims claims =
        parse(R"({"s":"a \"quoted\" ü","e":"","i":42,"f":1.5,"t":true,"u":false,"n":null,)"
              R"("roles":["admin","user",7,true],"none":[],"deep":[["x"]],"holes":[null],)"
              R"("realm_access":{"roles":["a","b"],"x":{"y":"z"}}})");
    const struct {
        std::vector<std::string> path;
        std::optional<std::string> text;
    } examples[] = {
        {{"s"}, "a \"quoted\" ü"},
        {{"e"}, ""},
        {{"i"}, "42"},
        {{"f"}, "1.5"},
        {{"t"}, "true"},
        {{"u"}, "false"},
        {{"n"}, std::nullopt},
        {{"roles"}, "admin,user,7,true"},
        {{"none"}, ""},
        {{"deep"}, R"([["x"]])"},
        {{"holes"}, "[null]"},
        {{"realm_access"}, R"({"roles":["a","b"],"x":{"y":"z"}})"},
        {{"realm_access", "roles"}, "a,b"},
        {{"realm_access", "x", "y"}, "z"},
        {{"absent"}, std::nullopt},
        {{"s", "deeper"}, std::nullopt},
        {{"roles", "0"}, std::nullopt},
        {{"absent", "deeper"}, std::nullopt},
    };
    for (const auto& example : examples) {
        CAPTURE(example.path.front());
        CHECK(claims.text(example.path) == example.text);
    }
}

TEST_CASE("claims: control bytes never come out as they are") {
    const Claims claims = parse(
        R"({"crlf":"a\r\nX-Admin: 1","del":"a\u007fb\u007f","list":["ok","a\nb"],"key\n":{"a":"\u001f"}})");
    CHECK(claims.text({"crlf"}) == R"("a\r\nX-Admin: 1")");
    CHECK(claims.text({"del"}) == R"("a\u007fb\u007f")");
    CHECK(claims.text({"list"}) == R"(["ok","a\nb"])");
    CHECK(claims.text({"key\n"}) == R"({"a":"\u001F"})");
    CHECK(
        claims.json() ==
        R"({"crlf":"a\r\nX-Admin: 1","del":"a\u007fb\u007f","list":["ok","a\nb"],"key\n":{"a":"\u001F"}})");
}

TEST_CASE("claims: the whole object in the order it came") {
    CHECK(parse(R"({ "z": 1, "a": [1, 2.5, "ü"], "m": {"k": null} })").json() ==
          R"({"z":1,"a":[1,2.5,"ü"],"m":{"k":null}})");
    CHECK(parse("{}").json() == "{}");
}
