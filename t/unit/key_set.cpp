#include "../../src/jwt/key_set.hpp"

#include <doctest/doctest.h>

#include <openssl/err.h>

#include "../../src/jwt/base64url.hpp"
#include "mint.hpp"
#include "vectors.hpp"

using jwt::KeySet;

namespace {

const std::string kOct =
    R"({"kty":"oct","kid":"good","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"})";

std::string set_of(const std::string& keys) {
    return "{\"keys\":[" + keys + "]}";
}

KeySet parse(const std::string& keys) {
    auto result = jwt::parse_key_set(set_of(keys));
    CHECK(ERR_peek_error() == 0);
    const auto* error = std::get_if<std::string>(&result);
    INFO("error: " << (error == nullptr ? "" : *error));
    REQUIRE(error == nullptr);
    return std::get<KeySet>(std::move(result));
}

std::string error_of(const std::string& json) {
    const auto result = jwt::parse_key_set(json);
    CHECK(ERR_peek_error() == 0);
    const auto* error = std::get_if<std::string>(&result);
    return error == nullptr ? "" : *error;
}

// A member of a published key, taken away or given another value.
std::string changed(const vectors::Vector& vector, const std::string& from, const std::string& to) {
    std::string jwk(vector.jwk);
    const std::size_t at = jwk.find(from);
    REQUIRE(at != std::string::npos);
    return jwk.replace(at, from.size(), to);
}

void check_skipped(const std::string& jwk) {
    CAPTURE(jwk);
    const KeySet set = parse(jwk + "," + kOct);
    REQUIRE(set.keys.size() == 1);
    CHECK(set.keys[0].id() == "good");
    REQUIRE(set.warnings.size() == 1);
    CHECK(set.warnings[0].find("key 1") == 0);
    CHECK(set.warnings[0].find("skipped") != std::string::npos);
    CHECK(error_of(set_of(jwk)) != "");
}

template <std::size_t size>
void check_vectors(const std::array<vectors::Vector, size>& all) {
    for (const auto& vector : all) {
        CAPTURE(vector);
        std::string jwk(vector.jwk);
        if (jwk.find("\"alg\"") == std::string::npos) {
            jwk.insert(1, "\"alg\":\"" + std::string(vector.algorithm) + "\",");
        }
        const KeySet set = parse(jwk);
        REQUIRE(set.keys.size() == 1);
        CHECK(set.warnings.empty());
        const jwt::Key& key = set.keys[0];
        CHECK(key.algorithm().name == vector.algorithm);
        const std::size_t dot = vector.token.rfind('.');
        const std::string_view bytes = vector.token.substr(0, dot);
        const std::string signature = *jwt::base64url_decode(vector.token.substr(dot + 1));
        CHECK(key.verifies(bytes, signature));
        for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
            for (int bit = 0; bit < 8; ++bit) {
                std::string flipped = signature;
                flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
                CHECK_FALSE(key.verifies(bytes, flipped));
            }
        }
        for (std::size_t length = 0; length < signature.size(); ++length) {
            CHECK_FALSE(key.verifies(bytes, signature.substr(0, length)));
        }
        CHECK_FALSE(key.verifies(bytes, signature + '\0'));
        CHECK_FALSE(key.verifies(bytes, signature + signature));
        CHECK_FALSE(key.verifies(bytes.substr(1), signature));
        CHECK(ERR_peek_error() == 0);
    }
}

}  // namespace

TEST_CASE("key set: published keys verify published tokens, and nothing near them") {
    check_vectors(vectors::kPublished);
}

TEST_CASE("key set: the other algorithms, signed by another implementation") {
    check_vectors(vectors::kIndependent);
}

TEST_CASE("key set: without alg a key has the default of its type") {
    const struct {
        std::size_t vector;
        const char* algorithm;
    } examples[] = {{0, "HS256"}, {1, "RS256"}, {2, "ES256"}, {3, "ES512"}, {8, "EdDSA"}};
    for (const auto& example : examples) {
        const KeySet set = parse(std::string(vectors::kPublished[example.vector].jwk));
        CHECK(set.keys.at(0).algorithm().name == example.algorithm);
    }
}

TEST_CASE("key set: thumbprints of RFC 7638, 3.1 and RFC 8037, A.3 name keys without kid") {
    const KeySet rsa = parse(
        R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFx)"
        R"(uhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65)"
        R"(YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhA)"
        R"(I4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",)"
        R"("e":"AQAB","alg":"RS256"})");
    CHECK(rsa.keys.at(0).id() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK(parse(std::string(vectors::kPublished[8].jwk)).keys.at(0).id() ==
          "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    // Of jwcrypto 1.1.
    CHECK(parse(std::string(vectors::kPublished[0].jwk)).keys.at(0).id() ==
          "y_x3gCJnL6oKGBBIXScabduwxTVy2Wd2bzRVEUbdUzc");
    CHECK(parse(std::string(vectors::kPublished[2].jwk)).keys.at(0).id() ==
          "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST_CASE("key set: several keys keep their order, of one kid too") {
    const std::string rsa(vectors::kPublished[4].jwk);
    const std::string ec(vectors::kPublished[6].jwk);
    const KeySet set = parse(rsa + "," + ec + "," + kOct);
    REQUIRE(set.keys.size() == 3);
    CHECK(set.keys[0].id() == set.keys[1].id());
    CHECK(set.keys[0].algorithm().name == "RS256");
    CHECK(set.keys[1].algorithm().name == "ES512");
    CHECK(set.warnings.empty());
}

TEST_CASE("key set: keys of other types and purposes are skipped with a warning") {
    const std::string_view ec = vectors::kPublished[2].jwk;
    const auto with = [ec](const std::string& member) {
        return "{" + member + "," + std::string(ec.substr(1));
    };
    check_skipped(R"({"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"})");
    check_skipped(R"({"kty":"ec"})");
    check_skipped(R"({"kty":7})");
    check_skipped("{}");
    check_skipped("7");
    check_skipped("null");
    check_skipped("[]");
    check_skipped(with(R"("use":"enc")"));
    check_skipped(with(R"("use":["sig"])"));
    check_skipped(with(R"("key_ops":["sign"])"));
    check_skipped(with(R"("key_ops":[])"));
    check_skipped(with(R"("key_ops":"verify")"));
    check_skipped(with(R"("alg":"ES384")"));
    check_skipped(with(R"("alg":"HS256")"));
    check_skipped(with(R"("alg":"ECDH-ES")"));
    check_skipped(with(R"("alg":"none")"));
    check_skipped(with(R"("alg":"")"));
    check_skipped(with(R"("alg":null)"));
    check_skipped(with(R"("kid":"")"));
    check_skipped(with(R"("kid":1)"));
    check_skipped(with(R"("kid":"a\nb")"));
    CHECK(parse(with(R"("use":"sig","key_ops":["sign","verify"],"alg":"ES256")")).warnings.empty());
}

TEST_CASE("key set: broken keys are skipped with a warning") {
    const auto& hmac = vectors::kPublished[0];
    const auto& rsa = vectors::kPublished[1];
    const auto& ec = vectors::kPublished[2];
    const auto& edwards = vectors::kPublished[8];
    check_skipped(R"({"kty":"oct"})");
    check_skipped(R"({"kty":"oct","k":""})");
    check_skipped(R"({"kty":"oct","k":7})");
    check_skipped(changed(hmac, "\"}", "=\"}"));
    check_skipped(R"({"kty":"RSA"})");
    check_skipped(changed(rsa, "\"e\"", "\"f\""));
    check_skipped(changed(rsa, "\"AQAB\"", "\"AQ\""));
    check_skipped(changed(rsa, "\"AQAB\"", "\"Ag\""));
    check_skipped(changed(rsa, "\"AQAB\"", "65537"));
    check_skipped(changed(rsa, "ofgW", "ofg="));
    check_skipped(R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTc"})");
    check_skipped(changed(ec, "P-256", "P-384"));
    check_skipped(changed(ec, "P-256", "secp256k1"));
    check_skipped(changed(ec, "\"crv\"", "\"curve\""));
    check_skipped(changed(ec, "\"f83O", "\"f83P"));
    check_skipped(changed(ec, "\"f83O", "\""));
    check_skipped(changed(ec, "\"f83O", "\"AAAAf83O"));
    check_skipped(changed(edwards, "Ed25519", "X25519"));
    check_skipped(changed(edwards, "Ed25519", "Ed448"));
    check_skipped(changed(edwards, "\"11qY", "\"AAAA11qY"));
    check_skipped(R"({"kty":"OKP","crv":"Ed25519"})");
}

TEST_CASE("key set: a weak secret is used with a warning that does not tell it") {
    const KeySet set = parse(R"({"kty":"oct","kid":"weak","k":"aHVudGVyMg"})");
    CHECK(set.keys.size() == 1);
    REQUIRE(set.warnings.size() == 1);
    CHECK(set.warnings[0].find("key 1 (\"weak\"): the secret has 7 bytes") == 0);
    CHECK(set.warnings[0].find("aHVudGVyMg") == std::string::npos);
    CHECK(set.warnings[0].find("hunter2") == std::string::npos);
}

TEST_CASE("key set: private members are of no use here") {
    const KeySet set =
        parse(R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
              R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
    CHECK_FALSE(set.keys.at(0).can_sign());
    CHECK_FALSE(parse(kOct).keys.at(0).can_sign());
}

TEST_CASE("key set: what is no set, or one without a usable key, is an error") {
    for (const char* json : {"", "null", "[]", "\"keys\"", "{", "{\"keys\":[]} x", "{}",
                             "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[]}",
                             "{\"keys\":[],\"keys\":[]}", "{\"keys\":[{\"kty\":\"none\"}]}"}) {
        CAPTURE(json);
        CHECK(error_of(json) != "");
    }
    CHECK(error_of(kOct).find("\"keys\"") != std::string::npos);
    CHECK(error_of("{\"keys\":" + std::string(4000, '[')) != "");
    CHECK(
        std::holds_alternative<KeySet>(jwt::parse_key_set("{\"keys\":[" + kOct + "],\"next\":1}")));
}
