#include "../../src/session/session.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Ids = std::vector<std::string>;

// SHA-256 of "abc" (FIPS 180-2, appendix B.1) as unpadded base64url.
constexpr std::string_view kToken = "abc";
constexpr std::string_view kHash = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

session::Session read(std::string_view json, const jwt::ClaimNames& names = {}) {
    jwt::Verification verification;
    verification.claims = jwt::Claims::parse(std::string(json));
    REQUIRE(verification.claims);
    verification.issued = 1000;
    verification.expires = 2000;
    return session::read_session(kToken, verification, names);
}

}  // namespace

TEST_CASE("session: all claims are read") {
    const auto session =
        read(R"({"sub":"42","jti":"j1","sid":"s1","tenant":"acme","version":"v2"})");
    CHECK(session.user == "42");
    CHECK(session.id == "s1");
    CHECK(session.revocable == Ids{"j1", "s1"});
    CHECK(session.tenant == "acme");
    CHECK(session.version == "v2");
    CHECK(session.issued == 1000);
    CHECK(session.expires == 2000);
}

TEST_CASE("session: without a session ID the token's is the session's") {
    const auto session = read(R"({"sub":"42","jti":"j1"})");
    CHECK(session.id == "j1");
    CHECK(session.revocable == Ids{"j1"});
}

TEST_CASE("session: without a token ID the session's is enough") {
    const auto session = read(R"({"sub":"42","sid":"s1"})");
    CHECK(session.id == "s1");
    CHECK(session.revocable == Ids{"s1"});
}

TEST_CASE("session: a token with neither ID is known by its hash") {
    const auto session = read(R"({"sub":"42"})");
    CHECK(session.id == kHash);
    CHECK(session.revocable == Ids{std::string(kHash)});
}

TEST_CASE("session: one ID that plays both parts is asked about once") {
    const auto session = read(R"({"jti":"x","sid":"x"})");
    CHECK(session.id == "x");
    CHECK(session.revocable == Ids{"x"});
}

TEST_CASE("session: nothing is named by an empty object") {
    const auto session = read("{}");
    CHECK(session.user.empty());
    CHECK(session.tenant.empty());
    CHECK(session.version.empty());
    CHECK(session.id == kHash);
}

TEST_CASE("session: the claims' names are the realm's") {
    jwt::ClaimNames names;
    names.subject = "user";
    names.id = "tid";
    names.session = "session";
    names.tenant = "org";
    names.version = "ver";
    const auto session = read(R"({"user":"7","tid":"t","session":"s","org":"o","ver":"9",
                 "sub":"42","jti":"j1","sid":"s1","tenant":"acme","version":"v2"})",
                              names);
    CHECK(session.user == "7");
    CHECK(session.id == "s");
    CHECK(session.revocable == Ids{"t", "s"});
    CHECK(session.tenant == "o");
    CHECK(session.version == "9");
}

TEST_CASE("session: an integer is a tenant and a version, in all its digits") {
    const auto session = read(R"({"tenant":9007199254740993,"version":2})");
    CHECK(session.tenant == "9007199254740993");
    CHECK(session.version == "2");
    CHECK(read(R"({"tenant":-5})").tenant == "-5");
    CHECK(read(R"({"tenant":0})").tenant == "0");
}

TEST_CASE("session: an integer is no user and no ID") {
    const auto session = read(R"({"sub":42,"jti":1,"sid":2})");
    CHECK(session.user.empty());
    CHECK(session.revocable == Ids{std::string(kHash)});
}

TEST_CASE("session: claims of another form are as good as absent") {
    for (const std::string value : {"null", "true", "1.5", "1e3", "{}", "[]", R"(["a"])", R"("")",
                                    R"("a\nb")", R"("\u007f")", R"("a\tb")"}) {
        CAPTURE(value);
        const auto session = read(R"({"sub":)" + value + R"(,"jti":)" + value + R"(,"sid":)" +
                                  value + R"(,"tenant":)" + value + R"(,"version":)" + value + "}");
        CHECK(session.user.empty());
        CHECK(session.tenant.empty());
        CHECK(session.version.empty());
        CHECK(session.id == kHash);
        CHECK(session.revocable == Ids{std::string(kHash)});
    }
}

TEST_CASE("session: names end at 255 bytes") {
    const std::string longest(255, 'a');
    CHECK(read(R"({"sub":")" + longest + R"("})").user == longest);
    CHECK(read(R"({"sub":")" + longest + R"(a"})").user.empty());
    CHECK(read(R"({"sid":")" + longest + R"(a","jti":"j"})").id == "j");
}

TEST_CASE("session: the whole token is hashed, NUL bytes too") {
    jwt::Verification verification;
    verification.claims = jwt::Claims::parse("{}");
    const std::string_view token("abc\0", 4);
    const auto session = session::read_session(token, verification, {});
    CHECK(session.id.size() == 43);
    CHECK(session.id != kHash);
}

TEST_CASE("session: the hash of nothing is the empty message's") {
    jwt::Verification verification;
    verification.claims = jwt::Claims::parse("{}");
    CHECK(session::read_session({}, verification, {}).id ==
          "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}
