#include "../../src/session/marks.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "replies.hpp"

using redis::Reply;
using replies::string;
using session::Answer;
using session::is_marked;
using session::read_epoch;

namespace {

constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("marks: an epoch is a Unix time, or there is none") {
    CHECK(read_epoch(string("0")) == 0);
    CHECK(read_epoch(string("1700000000")) == 1700000000);
    CHECK(read_epoch(string("0001700000000")) == 1700000000);
    CHECK(read_epoch(replies::nil()) == -1);
}

TEST_CASE("marks: a time beyond 64 bits is the farthest") {
    CHECK(read_epoch(string("9223372036854775807")) == kFarthest);
    CHECK(read_epoch(string("9223372036854775808")) == kFarthest);
    CHECK(read_epoch(string(std::string(1000, '9'))) == kFarthest);
}

TEST_CASE("marks: what is no time says nothing") {
    for (const char* text : {"", "*", " 1", "1 ", "1\n", "-1", "+1", "1.5", "1e9", "0x1", "1_000",
                             "now", "2026-01-01T00:00:00Z", "\xd9\xa1"}) {
        CAPTURE(text);
        CHECK_FALSE(read_epoch(string(text)));
        CHECK(is_marked(0, string(text), false) == Answer::unclear);
    }
    CHECK_FALSE(read_epoch(string(std::string("1\0", 2))));
    for (const Reply& reply :
         {replies::integer(1), replies::status("1"), replies::error("1"), replies::array({}),
          replies::array({string("1")}), replies::status("*"), replies::error("*")}) {
        CHECK_FALSE(read_epoch(reply));
        CHECK(is_marked(0, reply, false) == Answer::unclear);
        CHECK(is_marked(0, reply, true) == Answer::unclear);
    }
}

TEST_CASE("marks: they are about what was issued up to their second") {
    for (const bool may_be_all : {false, true}) {
        CHECK(is_marked(999, string("1000"), may_be_all) == Answer::yes);
        CHECK(is_marked(1000, string("1000"), may_be_all) == Answer::yes);
        CHECK(is_marked(1001, string("1000"), may_be_all) == Answer::no);
        CHECK(is_marked(0, string("0"), may_be_all) == Answer::yes);
        CHECK(is_marked(0, replies::nil(), may_be_all) == Answer::no);
        CHECK(is_marked(kFarthest, string("99999999999999999999"), may_be_all) == Answer::yes);
    }
}

TEST_CASE("marks: a star is everything, where there may be one") {
    CHECK(is_marked(kFarthest, string("*"), true) == Answer::yes);
    CHECK(is_marked(kFarthest, string("*"), false) == Answer::unclear);
    CHECK(is_marked(0, string("**"), true) == Answer::unclear);
    CHECK(is_marked(0, string(" *"), true) == Answer::unclear);
}
