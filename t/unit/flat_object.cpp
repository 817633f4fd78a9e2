#include "../../src/jwt/flat_object.hpp"

#include <doctest/doctest.h>
#include <jansson.h>

#include <random>
#include <string>
#include <vector>

#include "../../src/jwt/json.hpp"

using jwt::FlatObject;
using Kind = FlatObject::Member::Kind;

namespace {

// What the library says of the member is what was read in place.
void check_member(const FlatObject& flat, const char* name, const json_t* value) {
    const FlatObject::Member* member = flat.find(name);
    REQUIRE(member != nullptr);
    CHECK(member->name == name);
    switch (member->kind) {
        case Kind::string:
            REQUIRE(json_is_string(value));
            CHECK(member->text == json_string_value(value));
            break;
        case Kind::integer:
            REQUIRE(json_is_integer(value));
            CHECK(member->number == json_integer_value(value));
            break;
        case Kind::literal:
            CHECK((json_is_boolean(value) || json_is_null(value)));
            break;
    }
}

// Whether it was read in place.
bool check_like_library(const std::string& json) {
    CAPTURE(json);
    FlatObject flat;
    if (!flat.read(json)) {
        return false;
    }
    const jwt::Json object = jwt::parse_json_object(json);
    REQUIRE(object != nullptr);
    void* member = json_object_iter(object.get());
    for (; member != nullptr; member = json_object_iter_next(object.get(), member)) {
        check_member(flat, json_object_iter_key(member), json_object_iter_value(member));
    }
    CHECK(flat.find("absent") == nullptr);
    return true;
}

}  // namespace

TEST_CASE("flat object: what most tokens are made of is read in place") {
    for (const char* json : {
             R"({})",
             R"( { } )",
             R"({"sub":"42","iat":1700000000,"exp":1700000900,"admin":true,"x":null,"y":false})",
             "\t{ \"a\" :\r\n 0 , \"b\" : \"\" }\n",
             R"({"a":999999999999999})",
             R"({"preferred_username":"a","preferred_username2":"b","preferred_usernam":"c"})",
             R"({"":"empty","a":"{}[],:"})",
         }) {
        CHECK(check_like_library(json));
    }
}

TEST_CASE("flat object: all else is left to the library") {
    for (const char* json : {
             R"({"a":"\u0041"})",
             R"({"a":"\\"})",
             "{\"a\":\"\x7f\"}",
             "{\"a\":\"\xc3\xa9\"}",
             R"({"a":1.5})",
             R"({"a":1e3})",
             R"({"a":-1})",
             R"({"a":1000000000000000})",
             R"({"a":01})",
             R"({"a":{}})",
             R"({"a":[]})",
             R"({"a":1,"a":1})",
             R"({"a":1,})",
             R"({"a":1)",
             R"({"a":tru})",
             R"({"a":nulll})",
             R"({"a"})",
             R"({"a":"x)",
             R"({)",
             "",
             R"([])",
             R"({} x)",
             R"({"a":1 "b":2})",
             R"({,"a":1})",
             R"({"a":1}})",
             R"({'a':1})",
             R"({"a":+1})",
             R"({"a":0x1})",
         }) {
        CAPTURE(json);
        CHECK_FALSE(FlatObject().read(json));
    }
    CHECK_FALSE(FlatObject().read(std::string_view("{\"a\":\"\0\"}", 9)));
    std::string many = "{";
    for (int i = 0; i < 17; ++i) {
        many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
    }
    CHECK_FALSE(FlatObject().read(many + "}"));
}

TEST_CASE("flat object: whatever is read in place, the library reads alike") {
    const std::vector<std::string> parts = {
        "{",
        "}",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"sub\"",
        "1",
        "0",
        "17",
        "true",
        "null",
        " ",
        "\"",
        "\\",
        "-",
        ".",
        "e",
        "[",
        "]",
        "\"a:b\"",
        "x",
        "{\"a\":1,\"b\":\"x\"",
        ",\"c\":2}",
    };
    std::mt19937 random(1);
    int read = 0;
    for (int i = 0; i < 200000; ++i) {
        std::string json = "{";
        for (auto left = random() % 9; left > 0; --left) {
            json += parts[random() % parts.size()];
        }
        read += check_like_library(json + (random() % 2 == 0 ? "}" : "")) ? 1 : 0;
    }
    CHECK(read > 100);
}

TEST_CASE("flat object: names that differ in one byte are told apart") {
    for (std::size_t size = 1; size <= 20; ++size) {
        const std::string name(size, 'a');
        for (std::size_t at = 0; at < size; ++at) {
            std::string other = name;
            other[at] = 'b';
            const std::string json = "{\"" + name + "\":1,\"" + other + "\":2}";
            FlatObject flat;
            REQUIRE(flat.read(json));
            CHECK(flat.find(name)->number == 1);
            CHECK(flat.find(other)->number == 2);
            CHECK(flat.find(name + "a") == nullptr);
            CHECK(flat.find(name.substr(1) + "b") == (at + 1 == size ? flat.find(other) : nullptr));
        }
        const std::string twice = "{\"" + name + "\":1,\"" + name + "\":2}";
        CHECK_FALSE(FlatObject().read(twice));
    }
}
