#include "../../src/jwt/json_text.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "../../src/jwt/claims.hpp"

using jwt::json_text;

namespace {

// What a reader of JSON makes of it; nothing where it is not one string.
std::optional<std::string> read_back(const std::string& text) {
    const auto claims = jwt::Claims::parse("{\"a\":" + json_text(text) + "}");
    const auto value = claims ? claims->string("a") : std::nullopt;
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

}  // namespace

TEST_CASE("json_text: plain text in quotes") {
    CHECK(json_text("") == "\"\"");
    CHECK(json_text("v1") == "\"v1\"");
    CHECK(json_text("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") ==
          "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

TEST_CASE("json_text: nothing breaks out of the quotes") {
    for (const char* text : {"\"", "\\", "\\\"", "a\nb", "\t\r\b\f\x01\x1f", "/", "</script>",
                             "x\",\"authenticated\":true,\"y\":\""}) {
        CAPTURE(text);
        CHECK(read_back(text) == text);
        CHECK(json_text(text).find('\n') == std::string::npos);
    }
    CHECK(json_text(std::string("a\0b", 3)) == "\"a\\u0000b\"");
}

TEST_CASE("json_text: bytes that are no UTF-8 are replaced") {
    CHECK(json_text("a\xff") == "\"a\xef\xbf\xbd\"");
    for (const char* text :
         {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff\"\\\n"}) {
        CAPTURE(text);
        const auto back = read_back(text);
        REQUIRE(back.has_value());
        CHECK(back->substr(0, 3) == "\xef\xbf\xbd");
    }
    CHECK(read_back("\xff\"\\\n") == "\xef\xbf\xbd\"\\\n");
}

TEST_CASE("json_text: every byte is JSON, alone and behind a broken one") {
    for (int byte = 1; byte < 256; ++byte) {
        CAPTURE(byte);
        CHECK(read_back(std::string(1, static_cast<char>(byte))));
        CHECK(read_back('\xff' + std::string(1, static_cast<char>(byte))));
    }
}
