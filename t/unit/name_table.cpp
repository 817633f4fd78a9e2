// Names keep the numbers they got; what has no room is one of the others.
#include "../../src/cache/name_table.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace {

using Table = cache::NameTable<4, 8>;

std::unique_ptr<Table> table() {
    return std::make_unique<Table>();  // zero, as memory that is shared
}

}  // namespace

TEST_CASE("names: numbers from 1 on, in the order of arrival") {
    const auto names = table();
    CHECK_FALSE(names->find("one"));
    CHECK(names->add("one") == 1);
    CHECK(names->add("two") == 2);
    CHECK(names->add("one") == 1);
    CHECK(names->find("two") == 2);
    CHECK(names->size() == 3);
    CHECK(names->name(1) == "one");
}

TEST_CASE("names: the empty one is a name") {
    const auto names = table();
    CHECK_FALSE(names->find(""));
    CHECK(names->add("") == 1);
    CHECK(names->find("") == 1);
}

TEST_CASE("names: no room, and room that is spared") {
    const auto names = table();
    CHECK(names->add("one", 2) == 1);
    CHECK_FALSE(names->add("two", 2));
    CHECK(names->add("one", 2) == 1);
    CHECK(names->add("two") == 2);
    CHECK(names->add("three") == 3);
    CHECK_FALSE(names->add("four"));
    CHECK(names->size() == 4);
}

TEST_CASE("names: long ones are told apart by their beginning") {
    const auto names = table();
    CHECK(names->add("12345678-a") == 1);
    CHECK(names->add("12345678-b") == 1);
    CHECK(names->name(1) == "12345678");
}

TEST_CASE("names: no character is cut") {
    CHECK(cache::clip("1234567\xc3\xa4", 9) == "1234567\xc3\xa4");
    CHECK(cache::clip("1234567\xc3\xa4", 8) == "1234567");
    CHECK(cache::clip("12345\xf0\x9f\x99\x82", 8) == "12345");
    CHECK(cache::clip("\xf0\x9f\x99\x82", 3).empty());
    CHECK(cache::clip("123", 8) == "123");
}
