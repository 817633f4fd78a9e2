#include "../../src/redis/script.hpp"

#include <doctest/doctest.h>

#include "replies.hpp"

using redis::Arguments;
using redis::by_digest;
using redis::wants_source;
using Commands = std::vector<Arguments>;

TEST_CASE("script: EVAL becomes EVALSHA with the digest that Redis knows it by") {
    // The digest of "return 1" as SCRIPT LOAD gives it.
    CHECK(
        by_digest({{"EVAL", "return 1", "1", "key", "argument"}}) ==
        Commands{{"EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "1", "key", "argument"}});
    CHECK(by_digest({{"EVAL", "", "0"}})[0][1] == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST_CASE("script: other commands stay as they are, and where they are") {
    const Commands plain = {{"GET", "EVAL"}, {"SET", "a", "EVAL"}, {"eval", "return 1", "0"}};
    CHECK(by_digest(plain) == plain);
    CHECK(by_digest({}).empty());
    const Commands mixed = by_digest({{"GET", "a"}, {"EVAL", "x", "0"}, {"EVAL", "x", "0", "1"}});
    REQUIRE(mixed.size() == 3);
    CHECK(mixed[0] == Arguments{"GET", "a"});
    CHECK(mixed[1][0] == "EVALSHA");
    CHECK(mixed[2][1] == mixed[1][1]);
    CHECK(mixed[2].back() == "1");
}

TEST_CASE("script: the source is wanted where Redis says that it has none, and only there") {
    const auto no_script = replies::error("NOSCRIPT No matching script. Please use EVAL.");
    CHECK(wants_source({no_script}));
    CHECK(wants_source({replies::nil(), no_script}));
    CHECK_FALSE(wants_source({}));
    CHECK_FALSE(wants_source({replies::nil(), replies::integer(1)}));
    CHECK_FALSE(wants_source({replies::error("LOADING"), replies::error("ERR NOSCRIPT")}));
    CHECK_FALSE(wants_source({replies::error("NOSCRIP"), replies::error("")}));
    // A value that somebody stored is no error, nor is one inside of a script's answer.
    CHECK_FALSE(wants_source({replies::string("NOSCRIPT"), replies::status("NOSCRIPT")}));
    CHECK_FALSE(wants_source({replies::words({"NOSCRIPT"})}));
}
