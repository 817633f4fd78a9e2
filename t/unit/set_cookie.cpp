// Set-Cookie lines; cookie.cpp has what is read and what is allowed.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "../../src/session/cookie.hpp"

using session::CookieAttributes;
using session::CookieLife;
using session::SameSite;
using session::set_cookie;
using session::sets_cookie;

namespace {

CookieAttributes named(std::string name) {
    CookieAttributes cookie;
    cookie.name = std::move(name);
    return cookie;
}

CookieAttributes placed(std::string path, std::string domain) {
    CookieAttributes cookie = named("t");
    cookie.path = std::move(path);
    cookie.domain = std::move(domain);
    return cookie;
}

}  // namespace

TEST_CASE("cookie: the line that sets one with the default attributes") {
    CHECK(set_cookie(named("access_token"), "ey.J.x", 900) ==
          "access_token=ey.J.x; Path=/; Max-Age=900; Secure; HttpOnly; SameSite=None");
}

TEST_CASE("cookie: the line that sets one with all attributes") {
    CookieAttributes cookie = placed("/app", "example.com");
    cookie.partitioned = true;
    CHECK(set_cookie(cookie, "1", 60) ==
          "t=1; Path=/app; Domain=example.com; Max-Age=60; Secure; HttpOnly; SameSite=None; "
          "Partitioned");
}

TEST_CASE("cookie: the line that sets one with the fewest attributes") {
    CookieAttributes cookie = named("t");
    cookie.secure = false;
    cookie.http_only = false;
    cookie.same_site = SameSite::lax;
    cookie.life = CookieLife::browser;
    CHECK(set_cookie(cookie, "1", 60) == "t=1; Path=/; SameSite=Lax");
    cookie.same_site = SameSite::strict;
    CHECK(set_cookie(cookie, "1", 60) == "t=1; Path=/; SameSite=Strict");
}

TEST_CASE("cookie: it is kept as long as its token lives, or as told") {
    CookieAttributes cookie = named("t");
    const auto has = [&cookie](const char* part) {
        return set_cookie(cookie, "1", 60).find(part) != std::string::npos;
    };
    CHECK(has("; Max-Age=60;"));
    cookie.life = CookieLife::fixed;
    cookie.max_age = 3600;
    CHECK(has("; Max-Age=3600;"));
    CHECK_FALSE(has("; Max-Age=60;"));
    cookie.life = CookieLife::browser;
    CHECK_FALSE(has("Max-Age"));
    CHECK_FALSE(has("Expires"));
}

TEST_CASE("cookie: browsers take 4096 bytes of name and value") {
    CHECK(session::fits(named("t"), 4095));
    CHECK_FALSE(session::fits(named("t"), 4096));
    CHECK(session::fits(named("access_token"), 4084));
    CHECK_FALSE(session::fits(named("access_token"), 4085));
    // The attributes have limits of their own.
    CHECK(session::fits(placed('/' + std::string(1000, 'a'), "example.com"), 4095));
}

TEST_CASE("cookie: whether a line is about a cookie of that name") {
    CHECK_FALSE(session::sets_cookie("t; Path=/", "t"));  // a nameless one of that value
    CHECK(sets_cookie(set_cookie(named("t"), "1", 60), "t"));
    CHECK(sets_cookie(session::delete_cookie(named("t")), "t"));
    for (const char* line :
         {"t=1", "t=", "t=1;Path=/", " t = 1 ; Path=/", "\tt\t=1", "t==", "t=a=b"}) {
        CAPTURE(line);
        CHECK(sets_cookie(line, "t"));
    }
    for (const char* line : {"", "=", "=t", "T=1", "tt=1", "a=1; t=1", "a=t=1", "a; t=1", "t1=1",
                             "\"t\"=1", "a=\"; t=1", "__Host-t=1"}) {
        CAPTURE(line);
        CHECK_FALSE(sets_cookie(line, "t"));
    }
}

TEST_CASE("cookie: the line that deletes one with the default attributes") {
    CHECK(session::delete_cookie(named("access_token")) ==
          "access_token=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; "
          "HttpOnly; SameSite=None");
}

TEST_CASE("cookie: the line that deletes one with all attributes") {
    CookieAttributes cookie = placed("/app", "example.com");
    cookie.partitioned = true;
    CHECK(session::delete_cookie(cookie) ==
          "t=; Path=/app; Domain=example.com; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
          "Secure; HttpOnly; SameSite=None; Partitioned");
}

TEST_CASE("cookie: the line that deletes one with the fewest attributes") {
    CookieAttributes cookie = named("t");
    cookie.secure = false;
    cookie.http_only = false;
    cookie.same_site = SameSite::lax;
    CHECK(session::delete_cookie(cookie) ==
          "t=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax");
    cookie.same_site = SameSite::strict;
    cookie.secure = true;
    CHECK(session::delete_cookie(cookie) ==
          "t=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Strict");
}

TEST_CASE("set cookie: a prefix of the name says with which attributes it was set") {
    CookieAttributes cookie = named("__Secure-t");
    cookie.secure = false;
    cookie.same_site = SameSite::lax;
    cookie.path = "/p";
    cookie.domain = "example.com";
    const std::string end =
        "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; "
        "SameSite=Lax";
    CHECK(session::delete_cookie(cookie) == "__Secure-t=; Path=/p; Domain=example.com" + end);
    cookie.name = "__host-t";
    CHECK(session::delete_cookie(cookie) == "__host-t=; Path=/" + end);
}
