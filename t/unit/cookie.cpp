#include "../../src/session/cookie.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using session::cookie_error;
using session::CookieAttributes;
using session::find_same_site;
using session::SameSite;

namespace {

using Values = std::vector<std::string_view>;

Values read(std::string_view header, std::string_view name = "t") {
    Values values;
    session::read_cookie(header, name, values);
    return values;
}

CookieAttributes named(std::string name) {
    CookieAttributes cookie;
    cookie.name = std::move(name);
    return cookie;
}

CookieAttributes placed(std::string path, std::string domain = "") {
    CookieAttributes cookie = named("t");
    cookie.path = std::move(path);
    cookie.domain = std::move(domain);
    return cookie;
}

bool fits(const CookieAttributes& cookie) {
    return !cookie_error(cookie, false);
}

bool mentions(const CookieAttributes& cookie, std::string_view remedy) {
    const auto error = cookie_error(cookie, false);
    return error && error->find(remedy) != std::string::npos;
}

}  // namespace

TEST_CASE("cookie: SameSite words in any letter case") {
    CHECK(find_same_site("none") == SameSite::none);
    CHECK(find_same_site("Lax") == SameSite::lax);
    CHECK(find_same_site("STRICT") == SameSite::strict);
    for (const char* word : {"", "no", "nonee", "default", " lax", "$same_site"}) {
        CAPTURE(word);
        CHECK_FALSE(find_same_site(word));
    }
}

TEST_CASE("cookie: the default attributes are allowed") {
    CHECK(fits(named("access_token")));
    CHECK(fits(named("__Host-t")));
    CHECK(fits(named("__Secure-t")));
    CHECK(fits(placed("/api/v1", "example.com")));
}

TEST_CASE("cookie: names are tokens") {
    CHECK(fits(named("a!#$%&'*+-.^_`|~Z9")));
    for (const char* name :
         {"",     "a b",  "a=b",  "a;b", "a,b", "a\"b", "a/b",  "a:b", "a@b",   "a(b)",
          "a[0]", "a{b}", "a\\b", "a?b", "<a>", "a\tb", "a\nb", "a\r", "a\x7f", "\xc3\xa9"}) {
        CAPTURE(name);
        CHECK(mentions(named(name), "the name"));
    }
    CHECK(mentions(named(std::string("a\0b", 3)), "the name"));
}

TEST_CASE("cookie: __Host- needs secure, the root path and no domain") {
    for (const char* name : {"__Host-t", "__host-t", "__HOST-t", "__hOsT-"}) {
        CAPTURE(name);
        const char* remedy = R"("__Host-" needs "secure=on", "path=/" and no "domain")";
        CookieAttributes cookie = named(name);
        CHECK(fits(cookie));
        cookie.domain = "example.com";
        CHECK(mentions(cookie, remedy));
        cookie = named(name);
        cookie.path = "/app";
        CHECK(mentions(cookie, remedy));
        cookie = named(name);
        cookie.secure = false;
        cookie.same_site = SameSite::lax;
        CHECK(mentions(cookie, remedy));
        CHECK(cookie_error(cookie, true));
    }
}

TEST_CASE("cookie: __Secure- needs secure") {
    for (const char* name : {"__Secure-t", "__secure-t", "__SECURE-t"}) {
        CAPTURE(name);
        CookieAttributes cookie = named(name);
        cookie.path = "/app";
        cookie.domain = "example.com";
        CHECK(fits(cookie));
        cookie.secure = false;
        cookie.same_site = SameSite::lax;
        CHECK(mentions(cookie, R"("__Secure-" needs "secure=on")"));
    }
}

TEST_CASE("cookie: names that only resemble a prefix are free") {
    for (const char* name : {"__Hos", "__Host", "_Host-t", "x__Host-t", "__Secure", "__Secur-"}) {
        CAPTURE(name);
        CookieAttributes cookie = named(name);
        cookie.secure = false;
        cookie.same_site = SameSite::lax;
        cookie.path = "/app";
        cookie.domain = "example.com";
        CHECK(fits(cookie));
    }
}

TEST_CASE("cookie: SameSite=None needs secure") {
    CookieAttributes cookie = named("t");
    cookie.secure = false;
    CHECK(mentions(cookie, R"("samesite=none" needs "secure=on")"));
    CHECK_FALSE(cookie_error(cookie, true));
    cookie.same_site = SameSite::lax;
    CHECK(fits(cookie));
    cookie.same_site = SameSite::strict;
    CHECK(fits(cookie));
}

TEST_CASE("cookie: partitioned needs secure and SameSite=None") {
    CookieAttributes cookie = named("t");
    cookie.partitioned = true;
    CHECK(fits(cookie));
    CHECK_FALSE(cookie_error(cookie, true));
    const char* remedy = R"("partitioned" needs "secure=on" and "samesite=none")";
    cookie.same_site = SameSite::lax;
    CHECK(mentions(cookie, remedy));
    CHECK_FALSE(cookie_error(cookie, true));
    cookie.secure = false;
    CHECK(mentions(cookie, remedy));
    CHECK(cookie_error(cookie, true));
    cookie.same_site = SameSite::none;
    CHECK(mentions(cookie, remedy));
}

TEST_CASE("cookie: paths") {
    for (const char* path : {"/", "/app", "/app/", "/a%20b", "/a=b,c\"d"}) {
        CAPTURE(path);
        CHECK(fits(placed(path)));
    }
    for (const char* path : {"", "app", "*", "/a;b", "/; Domain=evil.com", "/a b", "/\t",
                             "/\r\nX: y", "/\x7f", "/\xc3\xa9"}) {
        CAPTURE(path);
        CHECK(mentions(placed(path), "the path"));
    }
    CHECK(mentions(placed(std::string("/\0", 2)), "the path"));
    CHECK(fits(placed('/' + std::string(1023, 'a'))));
    CHECK(mentions(placed('/' + std::string(1024, 'a')), "the path"));
}

TEST_CASE("cookie: domains") {
    for (const char* domain : {"example.com", ".example.com", "a.b.example.com", "localhost"}) {
        CAPTURE(domain);
        CHECK(fits(placed("/", domain)));
    }
    for (const char* domain :
         {".", "..example.com", "example.com.", "*.example.com", "https://example.com",
          "example.com/", "example.com:443", "[::1]", "::1", "example.com;x", "example.com; Path=/",
          "a b", "a\r\nb", "\xc3\xa9.fr", "a..b"}) {
        CAPTURE(domain);
        CHECK(mentions(placed("/", domain), "the domain"));
    }
}

TEST_CASE("cookie: an error says what to write") {
    CHECK(mentions(named("a b"), "use letters"));
    CHECK(mentions(placed("app"), "begins with \"/\""));
    CHECK(mentions(placed("/", "example.com:443"), "\"example.com:443\" is no host name"));
}

TEST_CASE("cookie: a value is found wherever it stands") {
    CHECK(read("t=1") == Values{"1"});
    CHECK(read("a=0; t=1; b=2") == Values{"1"});
    CHECK(read("t=1; a=0") == Values{"1"});
    CHECK(read("a=0;t=1") == Values{"1"});
    CHECK(read("  t = 1 \t; a=0") == Values{"1"});
    CHECK(read("a=0;\t t=1;") == Values{"1"});
    CHECK(read(";;t=1;;") == Values{"1"});
}

TEST_CASE("cookie: all values of a name, in their order, behind what was there") {
    Values values = {"0"};
    session::read_cookie("t=1; a=x; t=2; t=1", "t", values);
    CHECK(values == Values{"0", "1", "2", "1"});
}

TEST_CASE("cookie: a value is a view into the line and keeps its bytes") {
    const std::string_view header = "a=0; t=ey.J=; b=2";
    const Values values = read(header);
    REQUIRE(values.size() == 1);
    CHECK(values[0].data() == header.data() + 7);
    CHECK(values[0] == "ey.J=");
    CHECK(read("t==") == Values{"="});
    CHECK(read("t=a b") == Values{"a b"});
    CHECK(read("t=a,t=b") == Values{"a,t=b"});
    CHECK(read("t=\"1\"") == Values{"\"1\""});
    CHECK(read(std::string_view("t=a\0b", 5)) == Values{std::string_view("a\0b", 3)});
}

TEST_CASE("cookie: other names are compared byte by byte") {
    for (const char* header :
         {"", ";", "=", "=t", "=t=1", "t", "T=1", "tt=1", "xt=1", "t1=1", "t\v=1", "a=t=1",
          "a=\"t=1\"", "a=1,t=1", "$t=1", "t%20=1", "a t=1"}) {
        CAPTURE(header);
        CHECK(read(header).empty());
    }
    CHECK(read("__HOST-t=1; __Host-t=2", "__Host-t") == Values{"2"});
    CHECK(read(std::string_view("t\0=1", 4)).empty());
}

TEST_CASE("cookie: an empty value is no value") {
    CHECK(read("t=").empty());
    CHECK(read("t= \t; a=1").empty());
    CHECK(read("t=; t=1") == Values{"1"});
}

TEST_CASE("cookie: a quoted semicolon ends a cookie, as it does for browsers") {
    CHECK(read("a=\"x; t=1; y\"") == Values{"1"});
}

TEST_CASE("cookie: very many cookies") {
    std::string header;
    for (int i = 0; i < 20000; ++i) {
        header += "t=1;";
    }
    CHECK(read(header).size() == 20000);
    CHECK(read(header, "u").empty());
}
