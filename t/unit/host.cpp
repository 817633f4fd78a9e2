#include "../../src/session/host.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using session::is_host_name;

TEST_CASE("host: names and addresses") {
    for (const char* text : {"example.com", "EXAMPLE.com", "localhost", "a", "a.b.c.d", "1.2.3.4",
                             "xn--bcher-kva.example", "app_1.internal", "a-b.c", "3com.com"}) {
        CAPTURE(text);
        CHECK(is_host_name(text, false));
        CHECK(is_host_name(text, true));
    }
}

TEST_CASE("host: what is no name") {
    for (const char* text :
         {"",    ".",    "..",   ".com", "a..b", "a.b..", "a b",  " a",    "a ",  "*.a",
          "*",   "a/b",  "a:1",  "a@b",  "a?b",  "a#b",   "a%41", "[::1]", "::1", "b\xc3\xbc.de",
          "a\n", "a\tb", "a\\b", "a,b",  "a;b",  "a\x7f"}) {
        CAPTURE(text);
        CHECK_FALSE(is_host_name(text, false));
        CHECK_FALSE(is_host_name(text, true));
    }
    CHECK_FALSE(is_host_name(std::string_view("a\0b", 3), false));
}

TEST_CASE("host: one last dot, where it is accepted") {
    CHECK(is_host_name("example.com.", true));
    CHECK_FALSE(is_host_name("example.com.", false));
    CHECK_FALSE(is_host_name("example.com..", true));
}

TEST_CASE("host: sizes of labels and names") {
    const std::string label(63, 'a');
    CHECK(is_host_name(label, false));
    CHECK_FALSE(is_host_name(label + 'a', false));
    CHECK_FALSE(is_host_name("b." + label + "a.c", false));
    const std::string longest = label + '.' + label + '.' + label + '.' + label.substr(2);
    CHECK(longest.size() == 253);
    CHECK(is_host_name(longest, false));
    CHECK(is_host_name(longest + '.', true));
    CHECK_FALSE(is_host_name(longest + 'a', false));
}
