#include "../../src/status/page.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../../src/status/html.hpp"
#include "status_snapshot.hpp"

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("status page: numbers and times as people read them") {
    CHECK(status::grouped(0) == "0");
    CHECK(status::grouped(999) == "999");
    CHECK(status::grouped(1000) == "1,000");
    CHECK(status::grouped(1234567) == "1,234,567");
    CHECK(status::percent(1, 3) == "33.3 %");
    CHECK(status::percent(0, 0) == "–");
    CHECK(status::ago(0, 100) == "never");
    CHECK(status::ago(100, 100) == "now");
    CHECK(status::ago(110, 100) == "now");
    CHECK(status::ago(40, 100) == "1 min ago");
    CHECK(status::ago(1, 200000) == "2 d ago");
    CHECK(status::bytes(2048) == "2 kB");
    CHECK(status::bytes(16 * 1024 * 1024) == "16.0 MB");
}

TEST_CASE("status page: what it says") {
    const std::string page = status::page(shown::snapshot(), "word");
    for (const char* part :
         {"<b>Coherent</b>", "proven 0.3 s ago", "<b>Connected</b>", "<b>1,241</b>", "90.0 %",
          "<b>50.0 %</b>", "Not used yet: v0.", "expired <b>7</b>", "href=\"#other\"", "3 s ago",
          "<b>3</b>", "live ended"}) {
        CHECK_MESSAGE(has(page, part), part);
    }
}

TEST_CASE("status page: the plain word for coherence") {
    status::Realm realm = shown::realm("app");
    const auto said = [&realm](status::Coherence::State state) {
        realm.coherence = {state, false, false, {}};
        return status::page({0, {realm}}, "word");
    };
    CHECK(
        has(said(status::Coherence::State::incoherent), "bad\"><span>Cache</span><b>Incoherent<"));
    CHECK(has(said(status::Coherence::State::untracked), "<b>Untracked</b>"));
    CHECK(has(said(status::Coherence::State::off), "<b>Off</b>"));
}

TEST_CASE("status page: empty realms") {
    status::Realm realm;
    realm.name = "bare";
    const std::string page = status::page({0, {realm}}, "word");
    CHECK(has(page, "No request yet."));
    CHECK(has(page, "<b>None</b>"));
    CHECK_FALSE(has(page, "nan"));
    CHECK(has(status::page({0, {}}, "word"), "<main id=\"content\"></main>"));
}

TEST_CASE("status page: hostile names are text") {
    status::Realm realm = shown::realm("app");
    realm.keys = {{"<b>\"'&", status::Key::Role::current, 0}};
    realm.verified = {{"<img src=x>", "\" onload=\"x", 1, 0, 0}};
    const std::string page = status::page({0, {realm}}, "word");
    CHECK(has(page, "&lt;img src=x&gt;"));
    CHECK(has(page, "&quot; onload=&quot;x"));
    CHECK_FALSE(has(page, "<img"));
    CHECK_FALSE(has(page, "<b>\""));
}

TEST_CASE("status page: nothing from outside, nothing inline but what bears the nonce") {
    const std::string page = status::page(shown::snapshot(), "word");
    for (const char* part : {"http://", "https://", "src=", " style=", "@import", "url("}) {
        CHECK_FALSE_MESSAGE(has(page, part), part);
    }
    CHECK(has(page, "<style nonce=\"word\">"));
    CHECK(has(page, "<script nonce=\"word\">"));
    CHECK(has(status::content_security_policy("word"), "default-src 'none'"));
    CHECK(has(status::content_security_policy("word"), "script-src 'nonce-word'"));
}
