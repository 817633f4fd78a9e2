#include "../../src/jwt/json_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using jwt::JsonWriter;

TEST_CASE("json writer: members in their order") {
    CHECK(JsonWriter().object() == "{}");
    CHECK(JsonWriter().line() == "{}\n");
    CHECK(JsonWriter()
              .text("a", "x\"y")
              .number("b", -1)
              .number("c", UINT64_MAX)
              .flag("d", true)
              .text_or_null("e", "")
              .text_or_null("f", "z")
              .raw("g", "1.5")
              .object() ==
          R"({"a":"x\"y","b":-1,"c":18446744073709551615,"d":true,"e":null,"f":"z","g":1.5})");
    CHECK(JsonWriter().flag("a\"b", false).object() == R"({"a\"b":false})");
}

TEST_CASE("json writer: objects and arrays in each other") {
    JsonWriter out;
    out.object("none", [] {}).array("empty", [] {});
    out.array("list", [&] {
        out.element("1").element("null");
        out.element([&] { out.number("a", 2); });
        out.element([&] { out.object("b", [&] { out.text("c", ""); }).flag("d", false); });
    });
    out.number("last", 3);
    CHECK(out.object() ==
          R"({"none":{},"empty":[],"list":[1,null,{"a":2},{"b":{"c":""},"d":false}],"last":3})");
}
