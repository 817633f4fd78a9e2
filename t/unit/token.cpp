#include "../../src/jwt/token.hpp"

#include <doctest/doctest.h>

#include "../../src/jwt/base64url.hpp"
#include "vectors.hpp"

using jwt::base64url_encode;
using jwt::Refusal;
using jwt::Token;

namespace {

constexpr const char* kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr const char* kPayload = R"({"sub":"42"})";

std::string make(std::string_view header, std::string_view payload = kPayload) {
    return base64url_encode(header) + "." + base64url_encode(payload) + ".AAAA";
}

bool is_malformed(std::string_view text) {
    const auto result = jwt::parse_token(text);
    const auto* refusal = std::get_if<Refusal>(&result);
    return refusal != nullptr && *refusal == Refusal::malformed;
}

}  // namespace

TEST_CASE("token: the parts of RFC 7515, A.1") {
    const std::string_view text = vectors::kPublished[0].token;
    auto result = jwt::parse_token(text);
    REQUIRE(std::holds_alternative<Token>(result));
    const Token token = std::get<Token>(std::move(result));
    CHECK(token.signed_part == text.substr(0, text.rfind('.')));
    CHECK(token.signature.size() == 32);
    CHECK(token.algorithm == "HS256");
    CHECK_FALSE(token.key_id);
    CHECK(token.header.string("typ") == "JWT");
    CHECK(token.claims.string("iss") == "joe");
    CHECK(token.claims.number("exp") == 1300819380);
}

TEST_CASE("token: three parts, no more and no fewer") {
    const std::string header = base64url_encode(kHeader);
    const std::string payload = base64url_encode(kPayload);
    CHECK_FALSE(is_malformed(header + "." + payload + ".AAAA"));
    CHECK_FALSE(is_malformed(header + "." + payload + "."));
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), std::string("..."), header,
          header + ".", header + "." + payload, header + ".." + "AAAA", "." + payload + ".AAAA",
          header + "." + payload + ".AAAA.", header + "." + payload + ".AAAA.AAAA.AAAA",
          "." + header + "." + payload + ".AAAA"}) {
        CAPTURE(text);
        CHECK(is_malformed(text));
    }
}

TEST_CASE("token: base64url is strict in every part") {
    const std::string header = base64url_encode(kHeader);
    const std::string payload = base64url_encode(kPayload);
    REQUIRE(payload.size() % 4 == 0);
    for (const std::string& text :
         {header + "=." + payload + ".AAAA", header + "." + payload + "=.AAAA",
          header + "." + payload + ".AA==", header + "." + payload + ".AB",
          header + "." + payload + ".A", header + "." + payload + ".AA+A",
          header + "." + payload + ".AA/A", " " + header + "." + payload + ".AAAA",
          header + "." + payload + ".AAAA ", header + "." + payload + ".AAAA\n",
          header + "." + payload + "\n.AAAA", header + "." + payload + std::string(".AAA\0", 5),
          header + "." + payload + ".%41AA", "Bearer " + header + "." + payload + ".AAAA"}) {
        CAPTURE(text);
        CHECK(is_malformed(text));
    }
}

TEST_CASE("token: header and payload must be JSON objects") {
    for (const char* json : {"", "null", "[]", "\"HS256\"", "{", R"({"alg":"HS256")", "\xff"}) {
        CAPTURE(json);
        CHECK(is_malformed(make(json)));
        CHECK(is_malformed(make(kHeader, json)));
    }
    CHECK(is_malformed(make(R"({"alg":"HS256","alg":"none"})")));
    CHECK(is_malformed(make(kHeader, R"({"sub":"1","sub":"2"})")));
    CHECK(
        is_malformed(make(kHeader, "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}")));
}

TEST_CASE("token: alg must be a string, of any value") {
    for (const char* header : {"{}", R"({"alg":null})", R"({"alg":256})", R"({"alg":["HS256"]})",
                               R"({"ALG":"HS256"})"}) {
        CAPTURE(header);
        CHECK(is_malformed(make(header)));
    }
    CHECK_FALSE(is_malformed(make(R"({"alg":"none"})")));
    CHECK_FALSE(is_malformed(make(R"({"alg":""})")));
}

TEST_CASE("token: crit, b64 and zip are refused, whatever they say") {
    for (const char* member :
         {R"("crit":["exp"])", R"("crit":[])", R"("crit":null)", R"("b64":true)", R"("b64":false)",
          R"("zip":"DEF")", R"("zip":null)"}) {
        CAPTURE(member);
        CHECK(is_malformed(make(R"({"alg":"HS256",)" + std::string(member) + "}")));
    }
}

TEST_CASE("token: jku, x5u, jwk and typ are ignored") {
    CHECK_FALSE(is_malformed(make(
        R"({"alg":"HS256","jku":"http://evil.example/","x5u":[],"jwk":{"kty":"oct"},"typ":7})")));
}

TEST_CASE("token: kid is a name") {
    const auto with_kid = [](const std::string& json) {
        return make(R"({"alg":"HS256","kid":)" + json + "}");
    };
    for (const char* json : {"\"\"", "1", "null", "true", "[\"v1\"]", "{}", "\"a\\nb\"",
                             "\"\\u007f\"", "\"\\u001f\"", "\"\\u0000\""}) {
        CAPTURE(json);
        CHECK(is_malformed(with_kid(json)));
    }
    CHECK(is_malformed(with_kid("\"" + std::string(256, 'k') + "\"")));
    CHECK_FALSE(is_malformed(with_kid("\"" + std::string(255, 'k') + "\"")));
    const auto token = jwt::parse_token(with_kid("\"../../v1 ü\""));
    REQUIRE(std::holds_alternative<Token>(token));
    CHECK(std::get<Token>(token).key_id == "../../v1 ü");
}

TEST_CASE("token: sizes are bounded") {
    const auto padded_header = [](std::size_t size) {
        std::string json = R"({"alg":"HS256","typ":""})";
        json.insert(json.size() - 2, size - json.size(), 'x');
        return json;
    };
    CHECK_FALSE(is_malformed(make(padded_header(jwt::kMaxHeaderBytes))));
    CHECK(is_malformed(make(padded_header(jwt::kMaxHeaderBytes + 1))));

    std::string text = make(kHeader);
    text.append((jwt::kMaxTokenBytes - text.size()) / 4 * 4, 'A');
    REQUIRE(text.size() > jwt::kMaxTokenBytes - 4);
    CHECK_FALSE(is_malformed(text));
    text.append(4, 'A');
    CHECK(is_malformed(text));
    CHECK(is_malformed(std::string(1000000, 'A')));
}

TEST_CASE("token: every prefix and every single change of a token is parsed without harm") {
    const std::string text(vectors::kPublished[0].token);
    for (std::size_t i = 0; i < text.size(); ++i) {
        jwt::parse_token(std::string_view(text).substr(0, i));
        for (const char c : {'\0', '.', '=', 'A', '_', '\x80'}) {
            std::string changed = text;
            changed[i] = c;
            jwt::parse_token(changed);
        }
    }
    CHECK(is_malformed(text.substr(0, text.rfind('.'))));
}

TEST_CASE("token: names") {
    CHECK(jwt::is_name("42"));
    CHECK(jwt::is_name(std::string(255, 'a')));
    CHECK(jwt::is_name("a b{c}:ü"));
    CHECK_FALSE(jwt::is_name(""));
    CHECK_FALSE(jwt::is_name(std::string(256, 'a')));
    for (int c = 0; c < 256; ++c) {
        CAPTURE(c);
        CHECK(jwt::is_name(std::string(1, static_cast<char>(c))) == (c >= 0x20 && c != 0x7f));
    }
}
