#include "../../src/session/return_url.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

using session::is_local_path;
using session::Login;
using session::login_location;
using session::percent_decode;
using session::percent_encode;
using session::return_path;

namespace {

Login login(std::string url) {
    return {std::move(url), "next", ""};
}

}  // namespace

TEST_CASE("return_url: local paths") {
    for (const char* path : {"/",
                             "/a",
                             "/a/b?c=d&e=f",
                             "/a//b",
                             "/a?b=//evil.com",
                             "/?//evil.com",
                             "/?\\evil.com",
                             "/a?b=\\d",
                             "/a#b",
                             "/.well-known/x",
                             "/...",
                             "/a.b/..c/.d",
                             "/a%20b",
                             "/?a=/../b",
                             "/#/../b",
                             "/%2F",
                             "/caf\xc3\xa9",
                             "/%",
                             "/@evil.com",
                             "/:80",
                             "/a b",
                             "/%2ea",
                             "/https://evil.com"}) {
        CAPTURE(path);
        CHECK(is_local_path(path));
    }
}

TEST_CASE("return_url: paths that lead elsewhere, or that browsers may read so") {
    for (const char* path : {"",
                             "a",
                             "//",
                             "//evil.com",
                             "///evil.com",
                             "/\\evil.com",
                             "\\/evil.com",
                             "\\\\evil.com",
                             "/a\\b",
                             "/\t/evil.com",
                             "/\n/evil.com",
                             "/\r\n/evil.com",
                             "\t//evil.com",
                             " //evil.com",
                             " /a",
                             "/a\x7f",
                             "/a\x01",
                             "/a?b=\nc",
                             "/a\r\nSet-Cookie: x=y",
                             "https://evil.com",
                             "https:evil.com",
                             "javascript:alert(1)",
                             "?a=b",
                             "#a",
                             "?//evil.com",
                             "@evil.com",
                             "/.//evil.com",
                             "/..//evil.com",
                             "/a/..//evil.com",
                             "/%2e//evil.com",
                             "/%2E%2e//evil.com",
                             "/.%2e/",
                             "/%2e./x",
                             "/a/.",
                             "/a/..",
                             "/./a",
                             "/a/../b",
                             "/a/..?b",
                             "/a/%2e#b"}) {
        CAPTURE(path);
        CHECK_FALSE(is_local_path(path));
    }
    CHECK_FALSE(is_local_path(std::string_view("/a\0b", 4)));
    CHECK_FALSE(is_local_path(std::string_view("/\0/evil.com", 11)));
}

TEST_CASE("return_url: pages of this site and of others, as configured") {
    for (const char* url : {"/", "/login", "/login?a=b&c=%20", "/?next=//evil.com", "http://a",
                            "https://login.example.com/", "https://example.com:8443/a?b=c",
                            "https://[::1]/", "https://example.com/../a"}) {
        CAPTURE(url);
        CHECK(session::is_page_url(url));
    }
}

TEST_CASE("return_url: what a browser may not be sent to") {
    for (const char* url : {"",
                            "login",
                            "//evil.com",
                            "/\\evil.com",
                            "/../a",
                            "https://",
                            "http://",
                            "https:/a",
                            "https:a",
                            "https",
                            "ftp://a",
                            "javascript:alert(1)",
                            "data:text/html,x",
                            " https://a",
                            "https://a b",
                            "/a b",
                            "/a\tb",
                            "https://a\r\nX: y",
                            "/a\nb",
                            "/#a",
                            "https://a/#b",
                            "/caf\xc3\xa9",
                            "https://\xc3\xa9.fr",
                            "/a\x7f",
                            "https://a\x7f"}) {
        CAPTURE(url);
        CHECK_FALSE(session::is_page_url(url));
    }
    CHECK_FALSE(session::is_page_url(std::string_view("/a\0", 3)));
}

TEST_CASE("return_url: every byte but the unreserved is encoded") {
    CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
    CHECK(percent_encode("/a?b=c&d#e+f g%") == "%2Fa%3Fb%3Dc%26d%23e%2Bf%20g%25");
    CHECK(percent_encode("\r\n\t\x7f\\\"'<>") == "%0D%0A%09%7F%5C%22%27%3C%3E");
    CHECK(percent_encode("\xc3\xa9\xff") == "%C3%A9%FF");
    CHECK(percent_encode(std::string_view("\0", 1)) == "%00");
    CHECK(percent_encode("").empty());
}

TEST_CASE("return_url: decoding undoes encoding for every byte") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    const std::string encoded = percent_encode(bytes);
    CHECK(encoded.size() == 66 + 190 * 3);
    CHECK(percent_decode(encoded) == bytes);
}

TEST_CASE("return_url: decoding") {
    CHECK(percent_decode("") == "");
    CHECK(percent_decode("a+b") == "a+b");
    CHECK(percent_decode("%2f%2F%6a%6A") == "//jj");
    CHECK(percent_decode("%252f") == "%2f");
    CHECK(percent_decode("%00") == std::string(1, '\0'));
    for (const char* text : {"%", "a%", "%2", "a%2", "%g0", "%0g", "%%20", "% 2", "%+1", "%-1",
                             "%0x", "%2f%", "\x25\xc3\xa9"}) {
        CAPTURE(text);
        CHECK_FALSE(percent_decode(text));
    }
}

TEST_CASE("return_url: the login page gets the request's own path and query") {
    CHECK(login_location(login("/login"), "/a/b?c=d&e=f", "expired") ==
          "/login?next=%2Fa%2Fb%3Fc%3Dd%26e%3Df");
    CHECK(login_location(login("https://id.example.com/in"), "/", "missing") ==
          "https://id.example.com/in?next=%2F");
}

TEST_CASE("return_url: parameters join the login page's own query") {
    CHECK(login_location(login("/login?x=1"), "/a", "") == "/login?x=1&next=%2Fa");
    CHECK(login_location(login("/login?"), "/a", "") == "/login?next=%2Fa");
    CHECK(login_location(login("/login?x=1&"), "/a", "") == "/login?x=1&next=%2Fa");
}

TEST_CASE("return_url: a fragment stays behind them") {
    CHECK(login_location(login("/login#top"), "/a", "") == "/login?next=%2Fa#top");
    CHECK(login_location(login("/login?x=1#top"), "/a", "") == "/login?x=1&next=%2Fa#top");
    CHECK(login_location(login("/#/login?x"), "/a", "") == "/?next=%2Fa#/login?x");
}

TEST_CASE("return_url: reason and return are sent only where they are named") {
    CHECK(login_location({"/login", "", ""}, "/a", "stale") == "/login");
    CHECK(login_location({"/login", "next", "why"}, "/a", "stale") == "/login?next=%2Fa&why=stale");
    CHECK(login_location({"/login", "", "why"}, "/a", "stale") == "/login?why=stale");
    CHECK(login_location({"/login", "next", "why"}, std::nullopt, "stale") == "/login?why=stale");
    CHECK(login_location({"/login", "next", ""}, std::nullopt, "stale") == "/login");
    CHECK(login_location({"/login?a", "", ""}, "/a", "stale") == "/login?a");
}

TEST_CASE("return_url: a request that is no local path is sent to the root") {
    for (const char* request :
         {"", "//evil.com", "/\\evil.com", "https://evil.com/", "/\t/evil.com", "*"}) {
        CAPTURE(request);
        CHECK(login_location(login("/login"), request, "") == "/login?next=%2F");
    }
}

TEST_CASE("return_url: nothing in a request breaks out of its parameter") {
    CHECK(login_location(login("/login"), "/a&next=//evil.com#x", "") ==
          "/login?next=%2Fa%26next%3D%2F%2Fevil.com%23x");
}

TEST_CASE("return_url: the return parameter leads back") {
    CHECK(return_path("next=%2Fa%3Fb%3Dc", "next") == "/a?b=c");
    CHECK(return_path("x=1&next=/a&y=2", "next") == "/a");
    CHECK(return_path("&&next=/a", "next") == "/a");
    CHECK(return_path("next=/a=b", "next") == "/a=b");
    CHECK(return_path("n%65xt=/a", "next") == "/a");
    CHECK(return_path("next=/a+b", "next") == "/a+b");
    CHECK(return_path("return%5Bto%5D=/a", "return[to]") == "/a");
    const std::string request = "/a/b?c=d%20e&f=%C3%A9+";
    const std::string location = login_location(login("/login"), request, "");
    CHECK(return_path(location.substr(location.find('?') + 1), "next") == request);
}

TEST_CASE("return_url: it is decoded once") {
    CHECK(return_path("next=/%252e%252e/", "next") == std::nullopt);
    CHECK(return_path("next=%2Fa%2520b", "next") == "/a%20b");
    CHECK(return_path("next=%252Fevil", "next") == std::nullopt);
}

TEST_CASE("return_url: what is no safe path is not returned to") {
    for (const char* query : {"",
                              "next",
                              "next=",
                              "nex=/a",
                              "Next=/a",
                              "nextx=/a",
                              "x=next=/a",
                              "next=a",
                              "next=//evil.com",
                              "next=%2F%2Fevil.com",
                              "next=/%2Fevil.com",
                              "next=/%5Cevil.com",
                              "next=%5C%5Cevil.com",
                              "next=/%09/evil.com",
                              "next=%0A/a",
                              "next=/%00",
                              "next=/a%0D%0AX:y",
                              "next=https://evil.com",
                              "next=https%3A%2F%2Fevil.com",
                              "next=javascript:alert(1)",
                              "next=/%",
                              "next=/%zz",
                              "next%=/a",
                              "next=%20/a",
                              "next=+/a",
                              "next=/.%2F%2Fevil.com"}) {
        CAPTURE(query);
        CHECK_FALSE(return_path(query, "next"));
    }
}

TEST_CASE("return_url: the first of several counts") {
    CHECK(return_path("next=/a&next=/b", "next") == "/a");
    CHECK_FALSE(return_path("next=//evil.com&next=/b", "next"));
    CHECK_FALSE(return_path("next=&next=/b", "next"));
}
