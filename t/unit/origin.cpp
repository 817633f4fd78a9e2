#include "../../src/session/origin.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using session::parse_origin;

namespace {

// "scheme host port", to compare at a glance.
std::string spelled(std::string_view text) {
    const auto origin = parse_origin(text, false);
    return origin ? origin->scheme + ' ' + origin->host + ' ' + origin->port : "nothing";
}

// Behind "https://".
constexpr const char* kHostileTails[] = {"",
                                         "/app.example.com",
                                         "app.example.com/",
                                         "app.example.com/path",
                                         "app.example.com?",
                                         "app.example.com#",
                                         "app.example.com\\",
                                         "evil.com?.app.example.com",
                                         "evil.com#.app.example.com",
                                         "evil.com/.app.example.com",
                                         "evil.com\\.app.example.com",
                                         "user@app.example.com",
                                         "user:pass@app.example.com",
                                         "app.example.com@evil.com",
                                         "app.example.com:443@evil.com",
                                         "@app.example.com",
                                         "app.example.com:",
                                         "app.example.com:0",
                                         "app.example.com:0443",
                                         "app.example.com:00443",
                                         "app.example.com:65536",
                                         "app.example.com:99999",
                                         "app.example.com:4294967739",
                                         "app.example.com:443:443",
                                         "app.example.com:443/",
                                         "app.example.com:+443",
                                         "app.example.com:-1",
                                         "app.example.com: 443",
                                         "app.example.com:443 ",
                                         "app.example.com:443a",
                                         "app.example.com:0x1bb",
                                         "app.example.com:https",
                                         "app.example.com ",
                                         " app.example.com",
                                         "app.example.com\r\n",
                                         "app.example.com\t",
                                         "app.exam\nple.com",
                                         "app.example.com\x7f",
                                         "app.example.com https://evil.com",
                                         "app.example.com, https://app.example.com",
                                         ".app.example.com",
                                         ".",
                                         "app..example.com",
                                         "app.example.com..",
                                         "app%2eexample.com",
                                         "b\xc3\xbc.example",
                                         "*",
                                         "*.example.com",
                                         "app.*.com",
                                         "app.*",
                                         "[]",
                                         "[",
                                         "]",
                                         "[::1",
                                         "::1",
                                         "[::1]x",
                                         "[::1]x443",
                                         "[::1].example.com",
                                         "[::1]:",
                                         "[::1%25eth0]",
                                         "[::1%eth0]",
                                         "[1.2.3.4]",
                                         "[app.example.com]",
                                         "[::g]",
                                         "[1:2:3:4:5:6:7:8:9]",
                                         "[[::1]]",
                                         "[v1.x]"};

constexpr const char* kHostileTexts[] = {"",
                                         "null",
                                         "NULL",
                                         "*",
                                         "https:",
                                         "https",
                                         "://app.example.com",
                                         "//app.example.com",
                                         "app.example.com",
                                         "https:/app.example.com",
                                         "https:\\\\app.example.com",
                                         " https://app.example.com",
                                         "file://",
                                         "file:///etc/passwd",
                                         "ftp://app.example.com",
                                         "ws://app.example.com",
                                         "wss://app.example.com",
                                         "blob:https://app.example.com",
                                         "javascript://app.example.com",
                                         "data:text/html,x",
                                         "chrome-extension://abcdef",
                                         "view-source:https://app.example.com",
                                         "httpss://app.example.com",
                                         "http\ts://app.example.com"};

std::vector<std::string> hostile() {
    std::vector<std::string> texts(std::begin(kHostileTexts), std::end(kHostileTexts));
    for (const char* tail : kHostileTails) {
        texts.push_back(std::string("https://") + tail);
    }
    return texts;
}

}  // namespace

TEST_CASE("origin: the parts, with the scheme's port where there is none") {
    CHECK(spelled("https://example.com") == "https example.com 443");
    CHECK(spelled("http://example.com") == "http example.com 80");
    CHECK(spelled("https://example.com:443") == "https example.com 443");
    CHECK(spelled("http://example.com:443") == "http example.com 443");
    CHECK(spelled("https://example.com:8443") == "https example.com 8443");
    CHECK(spelled("https://example.com:1") == "https example.com 1");
    CHECK(spelled("https://example.com:65535") == "https example.com 65535");
    CHECK(spelled("HTTPS://Example.COM") == "https example.com 443");
    CHECK(spelled("http://localhost:3000") == "http localhost 3000");
    CHECK(spelled("http://127.0.0.1:3000") == "http 127.0.0.1 3000");
    CHECK(spelled("https://xn--bcher-kva.example") == "https xn--bcher-kva.example 443");
    CHECK(spelled("https://example.com.") == "https example.com. 443");
}

TEST_CASE("origin: IPv6 addresses have one spelling") {
    CHECK(spelled("http://[::1]") == "http [::1] 80");
    CHECK(spelled("http://[::1]:8080") == "http [::1] 8080");
    CHECK(spelled("http://[0:0:0:0:0:0:0:1]") == "http [::1] 80");
    CHECK(spelled("http://[2001:DB8:0:0::A]") == "http [2001:db8::a] 80");
    CHECK(spelled("http://[::ffff:1.2.3.4]") == spelled("http://[::ffff:102:304]"));
}

TEST_CASE("origin: what is none") {
    for (const std::string& text : hostile()) {
        CAPTURE(text);
        CHECK_FALSE(parse_origin(text, false));
    }
    CHECK_FALSE(parse_origin(std::string_view("https://a.com\0", 14), false));
    CHECK_FALSE(parse_origin(std::string_view("https://[::1\0]", 14), false));
    CHECK_FALSE(parse_origin("https://" + std::string(254, 'a'), false));
    CHECK_FALSE(parse_origin("https://" + std::string(100000, 'a'), false));
    CHECK_FALSE(parse_origin(std::string(100000, 'a') + "://a.com", false));
    CHECK_FALSE(parse_origin("https://a.com:" + std::string(100000, '1'), false));
    CHECK_FALSE(parse_origin("https://[" + std::string(100000, ':') + "]", false));
}

TEST_CASE("origin: a wildcard is for configuration, and only as the first label") {
    const auto origin = parse_origin("https://*.Example.com:8443", true);
    REQUIRE(origin);
    CHECK(origin->wildcard);
    CHECK(origin->host == "example.com");
    CHECK(origin->port == "8443");
    CHECK_FALSE(parse_origin("https://example.com", true)->wildcard);
    for (const char* text : {"https://*", "https://*.", "https://*..com", "https://*.*.com",
                             "https://a.*.com", "https://*a.com", "https://a*.com", "*.example.com",
                             "*://example.com", "https://*.example.com/", "https://*.[::1]",
                             "https://**.example.com", "https://*:443", "https://*.a.com:*"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_origin(text, true));
    }
}
