#include "../../src/session/cache_control.hpp"

#include <doctest/doctest.h>

using session::is_not_shared;
using session::make_private;

TEST_CASE("cache_control: shared caches keep away from private and no-store") {
    CHECK(is_not_shared({"private"}));
    CHECK(is_not_shared({"no-store"}));
    CHECK(is_not_shared({"PRIVATE"}));
    CHECK(is_not_shared({"max-age=60 ,\tNo-Store "}));
    CHECK(is_not_shared({"max-age=60", "private"}));
    CHECK(is_not_shared({",,private,,"}));
    CHECK(is_not_shared({"no-cache=\"a, b\", private"}));
}

TEST_CASE("cache_control: nothing else keeps them away") {
    CHECK_FALSE(is_not_shared({}));
    for (const char* value :
         {"", ",", "public", "max-age=0", "no-cache", "must-revalidate", "max-age=60, public",
          "private=\"set-cookie\"", "private=x", "x-private", "privately", "no-store2", "no store",
          "x=private", "x=\"private\"", "x=\"a, private, b\"", "x=\"a, no-store"}) {
        CAPTURE(value);
        CHECK_FALSE(is_not_shared({value}));
    }
    CHECK_FALSE(is_not_shared({"no-", "store"}));
}

TEST_CASE("cache_control: what a quoted text says is no directive") {
    CHECK_FALSE(session::is_not_shared({R"(public, x="\", no-store, \"")"}));
    CHECK_FALSE(session::is_not_shared({R"(x="private, no-store)"}));
    CHECK_FALSE(session::is_not_shared({"must-understand, no-store, max-age=60"}));
    CHECK(session::is_not_shared({R"(x="\"", no-store)"}));
}

TEST_CASE("cache_control: a response without directives becomes private") {
    CHECK(make_private({}) == "private");
    CHECK(make_private({"", " , "}) == "private");
}

TEST_CASE("cache_control: what invites shared caches goes, the rest stays") {
    CHECK(make_private({"public, max-age=60"}) == "private, max-age=60");
    CHECK(make_private({"Public", "S-MaxAge=60, proxy-revalidate", "must-revalidate"}) ==
          "private, must-revalidate");
    CHECK(make_private({"s-maxage = 60,no-cache"}) == "private, no-cache");
    CHECK(make_private({"no-cache=\"set-cookie, public\", immutable"}) ==
          "private, no-cache=\"set-cookie, public\", immutable");
    CHECK(make_private({"publicly, s-maxage2=1"}) == "private, publicly, s-maxage2=1");
}

TEST_CASE("cache_control: private fields become a private response") {
    CHECK(make_private({"private=\"set-cookie, x\", max-age=60"}) == "private, max-age=60");
}

TEST_CASE("cache_control: what was made private is, and stays as it is") {
    for (const char* value : {"", "public, max-age=60", "private=\"a\"", "x=\"a, b"}) {
        CAPTURE(value);
        const std::string once = make_private({value});
        CHECK(is_not_shared({once}));
        CHECK(make_private({once}) == once);
    }
}
