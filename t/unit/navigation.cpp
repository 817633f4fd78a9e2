#include "../../src/session/navigation.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using session::Intent;
using session::is_navigation;
using session::is_preflight;

namespace {

bool with_mode(std::string_view mode, std::optional<std::string_view> accept = std::nullopt) {
    Intent intent;
    intent.fetch_metadata = true;
    intent.fetch_mode = mode;
    intent.accept = accept;
    return is_navigation(intent);
}

bool with_accept(std::string_view accept) {
    Intent intent;
    intent.accept = accept;
    return is_navigation(intent);
}

}  // namespace

TEST_CASE("navigation: Sec-Fetch-Mode says it") {
    CHECK(with_mode("navigate"));
    CHECK(with_mode("navigate", "application/json"));
}

TEST_CASE("navigation: other modes are none, whatever is accepted") {
    for (const char* mode : {"cors", "no-cors", "same-origin", "websocket", "nested-navigate", "",
                             "Navigate", "navigate ", "navigate,navigate"}) {
        CAPTURE(mode);
        CHECK_FALSE(with_mode(mode, "text/html"));
    }
}

TEST_CASE("navigation: a browser that sends other Sec-Fetch headers would have sent the mode") {
    Intent intent;
    intent.fetch_metadata = true;
    intent.accept = "text/html";
    CHECK_FALSE(is_navigation(intent));
}

TEST_CASE("navigation: the mode itself is a Sec-Fetch header") {
    Intent intent;
    intent.fetch_mode = "cors";
    intent.accept = "text/html";
    CHECK_FALSE(is_navigation(intent));
    intent.fetch_mode = "navigate";
    CHECK(is_navigation(intent));
}

TEST_CASE("navigation: older browsers accept HTML") {
    for (const char* accept :
         {"text/html", "TEXT/HTML", " text/html ", "application/json, text/html", "text/html;q=0.9",
          "text/html; q=0.001", "text/html;level=1", "text/html;charset=\"q=0\"",
          "text/html;q=1.000", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          ",,text/html,,", "text/html;q=0, text/html;q=1", "text/html;q="}) {
        CAPTURE(accept);
        CHECK(with_accept(accept));
    }
}

TEST_CASE("navigation: scripts and programs do not") {
    for (const char* accept :
         {"", "*/*", "text/*", "application/json", "text/plain", "text/htmlx", "xtext/html",
          "text/html5", "text / html", "application/json;x=text/html", "text", "html", ",", ";",
          ";,;", "application/xhtml+xml"}) {
        CAPTURE(accept);
        CHECK_FALSE(with_accept(accept));
    }
    CHECK_FALSE(is_navigation(Intent{}));
    CHECK_FALSE(with_accept(std::string_view("text/html\0", 10)));
}

TEST_CASE("navigation: a weight of zero refuses HTML") {
    for (const char* accept :
         {"text/html;q=0", "text/html; q=0.0", "text/html;Q=0.000", "text/html;level=1;q=0",
          "*/*, text/html ;q=0", "text/html;q=0 ,a/b"}) {
        CAPTURE(accept);
        CHECK_FALSE(with_accept(accept));
    }
}

TEST_CASE("navigation: a long header is read to its end") {
    std::string accept;
    for (int i = 0; i < 10000; ++i) {
        accept += "a/b;q=0;,";
    }
    CHECK_FALSE(with_accept(accept));
    CHECK(with_accept(accept + "text/html"));
}

TEST_CASE("preflight: OPTIONS with both headers") {
    CHECK(is_preflight("OPTIONS", "https://a.example", "POST"));
    CHECK(is_preflight("OPTIONS", "null", "PATCH"));
}

TEST_CASE("preflight: anything less is a request like all others") {
    CHECK_FALSE(is_preflight("GET", "https://a.example", "POST"));
    CHECK_FALSE(is_preflight("POST", "https://a.example", "POST"));
    CHECK_FALSE(is_preflight("options", "https://a.example", "POST"));
    CHECK_FALSE(is_preflight("", "https://a.example", "POST"));
    CHECK_FALSE(is_preflight("OPTIONS", std::nullopt, "POST"));
    CHECK_FALSE(is_preflight("OPTIONS", "https://a.example", std::nullopt));
    CHECK_FALSE(is_preflight("OPTIONS", std::nullopt, std::nullopt));
    CHECK_FALSE(is_preflight("OPTIONS", "", "POST"));
    CHECK_FALSE(is_preflight("OPTIONS", "https://a.example", ""));
    CHECK_FALSE(is_preflight("OPTIONS", "https://a.example", "PO ST"));
    CHECK_FALSE(is_preflight("OPTIONS", "https://a.example", "POST, GET"));
}
