#include "../../src/jwt/verify.hpp"

#include <doctest/doctest.h>

#include "../../src/jwt/key_set.hpp"
#include "mint.hpp"
#include "realm.hpp"
#include "vectors.hpp"

using jwt::Keyring;
using jwt::Refusal;
using jwt::Rules;
using jwt::Verification;
using realm::kHeader;
using realm::kNow;
using realm::kSecret;
using realm::kValid;
using realm::one_key;
using realm::refusal_of;

namespace {

Keyring ring_of(const vectors::Vector& vector) {
    const auto set = jwt::parse_key_set("{\"keys\":[" + std::string(vector.jwk) + "]}");
    Keyring keyring;
    for (const jwt::Key& key : std::get<jwt::KeySet>(set).keys) {
        keyring.add(key);
    }
    return keyring;
}

}  // namespace

TEST_CASE("verify: the token of RFC 7515, A.1 and RFC 7519, 3.1 until it expires") {
    for (const std::size_t i : {0, 1, 2}) {
        const auto& vector = vectors::kPublished[i];
        CAPTURE(vector);
        const Keyring keyring = ring_of(vector);
        Rules rules;
        rules.required = std::vector<std::string>{"exp", "iss"};
        rules.issuer = "joe";
        const Verification good = jwt::verify(vector.token, keyring, rules, 1300819379);
        CHECK(good.refusal == kValid);
        CHECK(good.key == &keyring.keys()[0]);
        CHECK(good.expires == 1300819380);
        CHECK(good.issued == 0);
        REQUIRE(good.claims.has_value());
        CHECK(good.claims->text({"http://example.com/is_root"}) == "true");
        REQUIRE(good.header.has_value());
        CHECK(good.header->string("alg") == vector.algorithm);
        CHECK(jwt::verify(vector.token, keyring, rules, 1300819380).refusal == Refusal::expired);
        rules.required.reset();
        CHECK(jwt::verify(vector.token, keyring, rules, 1300819379).refusal == Refusal::claims);
    }
}

TEST_CASE("verify: the unsecured JWT of RFC 7519, 6.1") {
    CHECK(refusal_of("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
                     "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.") == Refusal::algorithm);
}

TEST_CASE("verify: published tokens whose payload is no JSON object are malformed") {
    for (const std::size_t i : {3, 4, 5, 6, 7, 8}) {
        const auto& vector = vectors::kPublished[i];
        CAPTURE(vector);
        CHECK(jwt::verify(vector.token, ring_of(vector), {}, kNow).refusal == Refusal::malformed);
    }
}

TEST_CASE("verify: every algorithm, signed by another implementation") {
    for (const auto& vector : vectors::kIndependent) {
        CAPTURE(vector);
        const Keyring keyring = ring_of(vector);
        const Verification verification = jwt::verify(vector.token, keyring, {}, kNow);
        CHECK(verification.refusal == kValid);
        CHECK(verification.issued == 1700000000);
        CHECK(verification.expires == 4102444800);
        REQUIRE(verification.claims.has_value());
        CHECK(verification.claims->string("sid") == "s1");
        for (const auto& other : vectors::kIndependent) {
            const auto refusal = jwt::verify(other.token, keyring, {}, kNow).refusal;
            CHECK(refusal.has_value() == (&other != &vector));
        }
    }
}

TEST_CASE("verify: no change of a single character goes unnoticed") {
    const std::string token = mint::hs256(kHeader, R"({"sub":"42","exp":1700000100})", kSecret);
    REQUIRE(refusal_of(token) == kValid);
    const Keyring keyring = one_key();
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : {'A', 'B', 'h', '_', '-', '.', '=', '\0'}) {
            std::string changed = token;
            changed[i] = c;
            if (changed != token) {
                CHECK(jwt::verify(changed, keyring, {}, kNow).refusal.has_value());
            }
        }
        CHECK(jwt::verify(token.substr(0, i), keyring, {}, kNow).refusal.has_value());
    }
    CHECK(refusal_of(token + "A") == Refusal::signature);
    CHECK(refusal_of(token + "AA") == Refusal::malformed);
    CHECK(refusal_of(token + ".") == Refusal::malformed);
}

TEST_CASE("verify: the token's word on its algorithm opens nothing") {
    const std::string payload = R"({"sub":"42","exp":1700000100})";
    for (const char* name :
         {"none", "None", "NONE", "nOnE", "", "HS1", "HS512", "RS256", "ES256"}) {
        CAPTURE(name);
        const std::string header = "{\"alg\":\"" + std::string(name) + "\"}";
        CHECK(refusal_of(mint::signed_part(header, payload) + ".") == Refusal::algorithm);
        CHECK(refusal_of(mint::hs256(header, payload, kSecret)) == Refusal::algorithm);
    }
    CHECK(refusal_of(mint::signed_part(R"({"alg":"HS256"})", payload) + ".") == Refusal::signature);
    CHECK(refusal_of(mint::hs256(R"({"alg":"HS256"})", payload, "")) == Refusal::signature);
    CHECK(refusal_of(mint::hs256(R"({"alg":"HS256"})", payload, kSecret)) == kValid);
    CHECK(refusal_of(mint::hs256(R"({"alg":"HS256","kid":"v2"})", payload, kSecret)) ==
          Refusal::key);
    CHECK(refusal_of(mint::hs256(R"({"alg":"HS256","crit":[]})", payload, kSecret)) ==
          Refusal::malformed);
}

TEST_CASE("verify: the version claim leads to the key") {
    const auto read = [](const char* id, const std::string& secret) {
        jwt::KeyOptions options;
        options.id = id;
        return mint::read_key(options, secret);
    };
    Keyring keyring;
    keyring.add(read("v2", kSecret));
    keyring.add(read("v1", kSecret));
    Rules rules;
    const std::string token =
        mint::hs256(R"({"alg":"HS256"})",
                    R"({"sub":"42","exp":1700000100,"version":"v1","ver":"v2"})", kSecret);
    CHECK(jwt::verify(token, keyring, rules, kNow).key->id() == "v1");
    rules.names.version = "ver";
    CHECK(jwt::verify(token, keyring, rules, kNow).key->id() == "v2");
    const std::string odd = mint::hs256(R"({"alg":"HS256"})",
                                        R"({"sub":"42","exp":1700000100,"version":[1]})", kSecret);
    CHECK(jwt::verify(odd, keyring, {}, kNow).key->id() == "v2");
}

TEST_CASE("verify: RS256's public key as HS256's secret") {
    const jwt::Pkey rsa = mint::rsa_key();
    const std::string pem = mint::public_pem(rsa.get());
    jwt::KeyOptions options;
    options.id = "v1";
    Keyring keyring;
    keyring.add(mint::read_key(options, pem));
    const std::string payload = R"({"sub":"42","exp":1700000100})";
    CHECK(jwt::verify(mint::token("RS256", rsa.get(), R"({"alg":"RS256"})", payload), keyring, {},
                      kNow)
              .refusal == kValid);
    CHECK(jwt::verify(mint::hs256(R"({"alg":"HS256"})", payload, pem), keyring, {}, kNow).refusal ==
          Refusal::algorithm);
    CHECK(jwt::verify(mint::token("PS256", rsa.get(), R"({"alg":"PS256"})", payload), keyring, {},
                      kNow)
              .refusal == Refusal::algorithm);
}

TEST_CASE("verify: claims stay there after a refusal, once the signature held") {
    const std::string token = mint::hs256(kHeader, R"({"sub":"42","exp":1000,"iat":900})", kSecret);
    const Keyring keyring = one_key();
    const Verification verification = jwt::verify(token, keyring, {}, kNow);
    CHECK(verification.refusal == Refusal::expired);
    CHECK(verification.key == &keyring.keys()[0]);
    REQUIRE(verification.claims.has_value());
    CHECK(verification.claims->string("sub") == "42");
    CHECK(verification.expires == 1000);
    CHECK(verification.issued == 900);
}
