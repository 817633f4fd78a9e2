#include "../../src/jwt/sign.hpp"

#include <doctest/doctest.h>

#include <openssl/err.h>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "../../src/jwt/verify.hpp"
#include "mint.hpp"
#include "realm.hpp"

using jwt::Key;
using jwt::KeyOptions;
using jwt::Keyring;
using jwt::Payload;
using jwt::Refusal;
using jwt::sign_token;
using realm::kNow;
using realm::kSecret;
using realm::kValid;

namespace {

KeyOptions named(std::string id, std::string algorithm = "") {
    KeyOptions options;
    options.id = std::move(id);
    options.algorithm = std::move(algorithm);
    return options;
}

Payload session_of(std::string_view user) {
    Payload payload;
    payload.set("sub", user);
    payload.set("exp", kNow + 60);
    return payload;
}

jwt::Verification verify(const std::string& token, const Key& key) {
    Keyring keyring;
    keyring.add(key);
    auto verification = jwt::verify(token, keyring, {}, kNow);
    verification.key = nullptr;  // gone with the ring
    CHECK(ERR_peek_error() == 0);
    return verification;
}

}  // namespace

TEST_CASE("sign: a token of every algorithm is verified with the key, and with no other") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey other_rsa = mint::rsa_key();
    const std::vector<std::tuple<std::string, jwt::Pkey, jwt::Pkey>> kinds = [] {
        std::vector<std::tuple<std::string, jwt::Pkey, jwt::Pkey>> made;
        for (const auto& [algorithm, curve] :
             {std::pair("ES256", "P-256"), {"ES384", "P-384"}, {"ES512", "P-521"}}) {
            made.emplace_back(algorithm, mint::ec_key(curve), mint::ec_key(curve));
        }
        made.emplace_back("EdDSA", mint::key_of("ED25519"), mint::key_of("ED25519"));
        made.emplace_back("EdDSA", mint::key_of("ED448"), mint::key_of("ED448"));
        return made;
    }();
    std::vector<std::tuple<std::string, EVP_PKEY*, EVP_PKEY*>> all;
    for (const char* name : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
        all.emplace_back(name, rsa.get(), other_rsa.get());
    }
    for (const auto& [name, key, other] : kinds) {
        all.emplace_back(name, key.get(), other.get());
    }
    for (const auto& [algorithm, pkey, other] : all) {
        CAPTURE(algorithm);
        const KeyOptions options = named("v1", algorithm);
        const auto token =
            sign_token(mint::read_key(options, mint::private_pem(pkey)), session_of("42"));
        REQUIRE(token.has_value());
        const auto verified = verify(*token, mint::read_key(options, mint::public_pem(pkey)));
        CHECK(verified.refusal == kValid);
        REQUIRE(verified.header.has_value());
        CHECK(verified.header->json() ==
              R"({"alg":")" + algorithm + R"(","typ":"JWT","kid":"v1"})");
        CHECK(verify(*token, mint::read_key(options, mint::public_pem(other))).refusal ==
              Refusal::signature);
    }
}

TEST_CASE("sign: HMAC tokens are those that anybody with the secret makes") {
    for (const char* algorithm : {"HS256", "HS384", "HS512"}) {
        CAPTURE(algorithm);
        const Key key = mint::read_key(named("v1", algorithm), kSecret);
        const auto token = sign_token(key, session_of("42"));
        REQUIRE(token.has_value());
        CHECK(verify(*token, key).refusal == kValid);
        CHECK(verify(*token, mint::read_key(named("v1", algorithm), "x" + kSecret)).refusal ==
              Refusal::signature);
    }
    Payload payload;
    payload.set("sub", "42");
    CHECK(sign_token(mint::read_key(named("v1"), kSecret), payload) ==
          mint::hs256(R"({"alg":"HS256","typ":"JWT","kid":"v1"})", R"({"sub":"42"})", kSecret));
}

TEST_CASE("sign: the claims come back as they were") {
    const Key key = mint::read_key(named("v1"), kSecret);
    const std::string json =
        "{\"sub\":\"caf\xc3\xa9\",\"roles\":[\"a\",\"b\"],\"exp\":1700000060,\"n\":null}";
    const auto token = sign_token(key, *Payload::parse(json));
    REQUIRE(token.has_value());
    const auto verified = verify(*token, key);
    REQUIRE(verified.claims.has_value());
    CHECK(verified.claims->json() == json);
}

TEST_CASE("sign: keys that only verify make no token") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey ec = mint::ec_key("P-256");
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    for (EVP_PKEY* pkey : {rsa.get(), ec.get(), ed25519.get()}) {
        CHECK_FALSE(
            sign_token(mint::read_key(named("v1"), mint::public_pem(pkey)), session_of("42")));
        // Of a key set, though whoever wrote it down left the private part in.
        const auto of_set = Key::from_public(named("v1"), pkey);
        REQUIRE(std::holds_alternative<Key>(of_set));
        CHECK_FALSE(sign_token(std::get<Key>(of_set), session_of("42")));
    }
    const auto secret = Key::from_secret(named("v1", "HS256"), kSecret);
    REQUIRE(std::holds_alternative<Key>(secret));
    CHECK_FALSE(sign_token(std::get<Key>(secret), session_of("42")));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("sign: the ID of a key cannot break out of the header") {
    const Key quoted = mint::read_key(named(R"(v1","alg":"none)"), kSecret);
    const auto token = sign_token(quoted, session_of("42"));
    REQUIRE(token.has_value());
    const auto verified = verify(*token, quoted);
    CHECK(verified.refusal == kValid);
    CHECK(verified.header->string("kid") == quoted.id());
    CHECK_FALSE(sign_token(mint::read_key(named("\xff"), kSecret), session_of("42")));
}
