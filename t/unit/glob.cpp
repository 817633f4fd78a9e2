#include "../../src/store/glob.hpp"

#include <doctest/doctest.h>

#include <string>

using store::matches;

TEST_CASE("glob: what matches a pattern of keys") {
    for (const auto& [pattern, text] : {
             std::pair("", ""),
             std::pair("*", ""),
             std::pair("*", "anything"),
             std::pair("session:data:{42}:*", "session:data:{42}:abc"),
             std::pair("a*c", "abbbc"),
             std::pair("a*b*c", "aXbYbZc"),
             std::pair("h?llo", "hello"),
             std::pair("[a-c]x", "bx"),
             std::pair("[c-a]x", "bx"),
             std::pair("[^a]x", "bx"),
             std::pair("\\*", "*"),
             std::pair("[\\]]", "]"),
             std::pair("**", "a"),
         }) {
        CAPTURE(pattern);
        CHECK(matches(pattern, text));
    }
    for (const auto& [pattern, text] : {
             std::pair("", "a"),
             std::pair("a", ""),
             std::pair("a*c", "abd"),
             std::pair("h?llo", "hllo"),
             std::pair("[a-c]x", "dx"),
             std::pair("[^a]x", "ax"),
             std::pair("\\*", "a"),
             std::pair("A", "a"),
             std::pair("session:data:*", "session:user:{42}"),
         }) {
        CAPTURE(pattern);
        CHECK_FALSE(matches(pattern, text));
    }
}

TEST_CASE("glob: many stars take no more than their product") {
    std::string pattern;
    for (int i = 0; i < 50; ++i) {
        pattern += "*a";
    }
    CHECK_FALSE(matches(pattern + "b", std::string(5000, 'a')));
}
