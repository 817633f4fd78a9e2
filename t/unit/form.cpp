#include "../../src/session/form.hpp"

#include <doctest/doctest.h>

using session::FormFields;
using session::only_field;
using session::parse_form;

TEST_CASE("names and values in their order") {
    CHECK(parse_form("") == FormFields{});
    CHECK(parse_form("a=b&c=d") == FormFields{{"a", "b"}, {"c", "d"}});
    CHECK(parse_form("&a=b&&") == FormFields{{"a", "b"}});
    CHECK(parse_form("a") == FormFields{{"a", ""}});
    CHECK(parse_form("a=b=c") == FormFields{{"a", "b=c"}});
    CHECK(parse_form("=b") == FormFields{{"", "b"}});
    CHECK(parse_form("a=1&a=2") == FormFields{{"a", "1"}, {"a", "2"}});
}

TEST_CASE("blanks and escapes") {
    CHECK(parse_form("a+b=c+d%2Be") == FormFields{{"a b", "c d+e"}});
    CHECK(parse_form("%61%3d=%26%3D") == FormFields{{"a=", "&="}});
    CHECK(parse_form(std::string("a=%00")) == FormFields{{"a", std::string(1, '\0')}});
}

TEST_CASE("escapes that are none") {
    for (const char* text : {"a=%", "a=%4", "%zz=a", "a=b&c=%g0", "a=%0"}) {
        CHECK_FALSE(parse_form(text));
    }
}

TEST_CASE("one field of a name") {
    const FormFields fields = {{"a", "1"}, {"b", "2"}, {"b", "3"}};
    CHECK(only_field(fields, "a") == "1");
    CHECK_FALSE(only_field(fields, "b"));
    CHECK_FALSE(only_field(fields, "c"));
}
