// The half of src/session/origin that judges requests.
#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "../../src/session/origin.hpp"

using session::may_use_cookie;
using session::Origin;
using session::parse_origin;
using session::Provenance;

namespace {

std::vector<Origin> origins(std::initializer_list<std::string_view> texts) {
    std::vector<Origin> list;
    for (const std::string_view text : texts) {
        list.push_back(parse_origin(text, true).value());
    }
    return list;
}

// A POST by TLS to app.example.com.
Provenance post() {
    Provenance request;
    request.tls = true;
    request.host = "app.example.com";
    return request;
}

bool passes(std::string_view origin, const std::vector<Origin>& allowed = {}) {
    Provenance request = post();
    request.origin = origin;
    return may_use_cookie(request, allowed);
}

bool passes_as(bool tls, std::string_view host, std::string_view origin) {
    Provenance request;
    request.tls = tls;
    request.host = host;
    request.origin = origin;
    return may_use_cookie(request, {});
}

}  // namespace

TEST_CASE("cross_origin: safe methods need no proof") {
    Provenance request = post();
    request.safe_method = true;
    request.origin = "https://evil.com";
    request.fetch_site = "cross-site";
    CHECK(may_use_cookie(request, {}));
}

TEST_CASE("cross_origin: a WebSocket handshake needs it, GET or not") {
    Provenance request = post();
    request.safe_method = true;
    request.websocket = true;
    CHECK(may_use_cookie(request, {}));
    request.fetch_site = "cross-site";
    CHECK_FALSE(may_use_cookie(request, {}));
    request.origin = "https://evil.com";
    CHECK_FALSE(may_use_cookie(request, {}));
    request.origin = "https://app.example.com";
    CHECK(may_use_cookie(request, {}));
}

TEST_CASE("cross_origin: the request's own passes") {
    CHECK(passes("https://app.example.com"));
    CHECK(passes("https://app.example.com:443"));
    CHECK(passes("https://APP.example.com"));
    CHECK(passes_as(true, "APP.Example.com", "https://app.example.com"));
    CHECK(passes_as(true, "app.example.com:443", "https://app.example.com"));
    CHECK(passes_as(true, "app.example.com:8443", "https://app.example.com:8443"));
    CHECK(passes_as(false, "app.example.com", "http://app.example.com"));
    CHECK(passes_as(false, "app.example.com:80", "http://app.example.com"));
    CHECK(passes_as(false, "localhost:3000", "http://localhost:3000"));
    CHECK(passes_as(false, "[::1]:3000", "http://[::1]:3000"));
    CHECK(passes_as(true, "example.com.", "https://example.com."));
}

TEST_CASE("cross_origin: others do not") {
    CHECK_FALSE(passes("http://app.example.com"));
    CHECK_FALSE(passes("https://app.example.com:8443"));
    CHECK_FALSE(passes("https://example.com"));
    CHECK_FALSE(passes("https://other.example.com"));
    CHECK_FALSE(passes("https://evil.com"));
    CHECK_FALSE(passes("https://app.example.com.evil.com"));
    CHECK_FALSE(passes("https://evilapp.example.com"));
    CHECK_FALSE(passes("https://x.app.example.com"));
    CHECK_FALSE(passes("https://app.example.com."));
    CHECK_FALSE(passes_as(false, "app.example.com", "https://app.example.com"));
    CHECK_FALSE(passes_as(true, "app.example.com:8443", "https://app.example.com"));
    CHECK_FALSE(passes_as(false, "app.example.com:443", "https://app.example.com"));
    CHECK_FALSE(passes_as(false, "[::1]:3000", "http://[::2]:3000"));
}

TEST_CASE("cross_origin: an origin that is none is foreign, whatever else the request says") {
    const auto allowed = origins({"https://*.example.com", "https://app.example.com"});
    for (const char* text :
         {"", "null", "*", "app.example.com", "https://", "https://app.example.com/", "file://",
          "https://user@app.example.com", "https://app.example.com@evil.com",
          "https://app.example.com:", "https://app.example.com:0443", "https://app.example.com\r\n",
          "https://*.example.com", "https://app.example.com https://evil.com",
          "https://evil.com?.app.example.com"}) {
        CAPTURE(text);
        Provenance request = post();
        request.origin = text;
        request.fetch_site = "same-origin";
        CHECK_FALSE(may_use_cookie(request, allowed));
        request.host = text;
        CHECK_FALSE(may_use_cookie(request, allowed));
    }
}

TEST_CASE("cross_origin: a host that is none is nobody's own") {
    for (const char* host : {"", "a/b", "a@b", "app.example.com:", "app.example.com:0443", "*",
                             "[::1", "app.example.com:443:443", "*.example.com"}) {
        CAPTURE(host);
        CHECK_FALSE(passes_as(true, host, "https://app.example.com"));
        CHECK_FALSE(passes_as(true, host, std::string("https://") + host));
    }
}

TEST_CASE("cross_origin: allowed ones pass, to the byte") {
    const auto allowed = origins({"https://spa.example.net", "http://localhost:3000"});
    CHECK(passes("https://spa.example.net", allowed));
    CHECK(passes("https://spa.example.net:443", allowed));
    CHECK(passes("http://localhost:3000", allowed));
    CHECK(passes("https://app.example.com", allowed));
    CHECK_FALSE(passes("http://spa.example.net", allowed));
    CHECK_FALSE(passes("https://spa.example.net:8443", allowed));
    CHECK_FALSE(passes("https://x.spa.example.net", allowed));
    CHECK_FALSE(passes("http://localhost", allowed));
    CHECK_FALSE(passes("https://localhost:3000", allowed));
}

TEST_CASE(
    "origin: a wildcard stands for the names below a domain, not for it and not for its kin") {
    const auto allowed = origins({"https://*.example.org"});
    CHECK(passes("https://a.example.org", allowed));
    CHECK(passes("https://a.b.example.org", allowed));
    CHECK(passes("https://A.EXAMPLE.org:443", allowed));
    CHECK_FALSE(passes("https://example.org", allowed));
    CHECK_FALSE(passes("https://.example.org", allowed));
    CHECK_FALSE(passes("https://evilexample.org", allowed));
    CHECK_FALSE(passes("https://aexample.org", allowed));
    CHECK_FALSE(passes("https://a-example.org", allowed));
    CHECK_FALSE(passes("https://a.example.org.evil.com", allowed));
    CHECK_FALSE(passes("https://a.example.org.", allowed));
    CHECK_FALSE(passes("http://a.example.org", allowed));
    CHECK_FALSE(passes("https://a.example.org:8443", allowed));
    CHECK_FALSE(passes("https://evil.com?.example.org", allowed));
    CHECK_FALSE(passes("https://*.example.org", allowed));
    CHECK_FALSE(passes("https://org", allowed));
}

TEST_CASE("cross_origin: without Origin the browser's word on the site counts") {
    Provenance request = post();
    for (const char* site : {"same-origin", "none"}) {
        CAPTURE(site);
        request.fetch_site = site;
        CHECK(may_use_cookie(request, {}));
    }
    for (const char* site :
         {"same-site", "cross-site", "", "Same-Origin", " none", "none, none", "x"}) {
        CAPTURE(site);
        request.fetch_site = site;
        CHECK_FALSE(may_use_cookie(request, origins({"https://*.example.com"})));
    }
}

TEST_CASE("cross_origin: a request with neither header is no browser's") {
    CHECK(may_use_cookie(post(), {}));
    Provenance request;
    CHECK(may_use_cookie(request, {}));
}
