// Encrypted tokens that whoever has the secret could make, and no library does.
#include <doctest/doctest.h>
#include <openssl/err.h>

#include <string>
#include <vector>

#include "../../src/jwt/encrypted.hpp"
#include "seal.hpp"

using jwt::Refusal;

namespace {

constexpr std::int64_t kNow = 1700000000;
const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kClaims = R"({"sub":"42","iat":1700000000,"exp":1700000060})";
const std::string kGcm = R"({"alg":"dir","enc":"A256GCM"})";
const std::string kCbc = R"({"alg":"dir","enc":"A256CBC-HS512"})";

jwt::Key key() {
    return mint::read_key({}, kSecret);
}

std::string gcm_key() {
    return key().derive("", "NextAuth.js Generated Encryption Key", 32).value();
}

std::string cbc_key() {
    return key().derive("t", "Auth.js Generated Encryption Key (t)", 64).value();
}

std::optional<Refusal> judge(bool authjs, std::string_view token) {
    jwt::Keyring keyring;
    keyring.add(key());
    const jwt::Key& only = keyring.keys().front();
    const std::vector<jwt::DerivedKey> keys = {
        (authjs ? jwt::derive_authjs(only, 0, "t") : jwt::derive_nextauth(only, 0)).value()};
    const auto verification = jwt::verify_encrypted(token, keys, keyring, {}, kNow);
    CHECK(ERR_peek_error() == 0);
    return verification.refusal;
}

// The refusals of both ciphers, which are to be the same.
std::optional<Refusal> with_header(const std::string& gcm, const std::string& cbc) {
    const auto one = judge(false, seal::gcm(gcm_key(), gcm, kClaims).text());
    const auto other = judge(true, seal::cbc(cbc_key(), cbc, kClaims).text());
    CHECK(one == other);
    return one;
}

std::optional<Refusal> with_member(const std::string& member) {
    const auto longer = [&member](std::string header) {
        header.pop_back();
        return header + "," + member + "}";
    };
    return with_header(longer(kGcm), longer(kCbc));
}

std::optional<Refusal> with_claims(const std::string& claims) {
    const auto one = judge(false, seal::gcm(gcm_key(), kGcm, claims).text());
    const auto other = judge(true, seal::cbc(cbc_key(), kCbc, claims).text());
    CHECK(one == other);
    return one;
}

}  // namespace

TEST_CASE("encrypted forms: those that are made here are good") {
    CHECK_FALSE(with_header(kGcm, kCbc));
    CHECK_FALSE(with_member(R"("typ":"JWT")"));
}

TEST_CASE("encrypted forms: members of the header that change what is meant, or stand twice") {
    for (const char* member : {R"("crit":["exp"])", R"("crit":[])", R"("zip":"DEF")",
                               R"("alg":"dir")", R"("kid":7)", R"("kid":"")", R"("kid":"a\nb")"}) {
        CAPTURE(member);
        CHECK(with_member(member) == Refusal::malformed);
    }
    CHECK(with_member(R"("x":")" + std::string(1024, 'x') + '"') == Refusal::malformed);
    for (const char* header : {"", "{}", "[]", R"({"alg":"dir"})", R"({"enc":"A256GCM"})",
                               R"({"alg":7,"enc":"A256GCM"})", R"({"alg":"dir","enc":null})"}) {
        CAPTURE(header);
        CHECK(with_header(header, header) == Refusal::malformed);
    }
}

TEST_CASE("encrypted forms: other algorithms") {
    for (const char* algorithm : {"none", "A256KW", "RSA-OAEP", "HS256", "DIR", ""}) {
        CAPTURE(algorithm);
        const std::string head = R"({"alg":")" + std::string(algorithm) + R"(","enc":")";
        CHECK(with_header(head + R"(A256GCM"})", head + R"(A256CBC-HS512"})") ==
              Refusal::algorithm);
    }
    for (const char* encryption : {"A128GCM", "A256gcm", "A128CBC-HS256", "none", ""}) {
        CAPTURE(encryption);
        const std::string header = R"({"alg":"dir","enc":")" + std::string(encryption) + "\"}";
        CHECK(with_header(header, header) == Refusal::algorithm);
    }
    CHECK(with_header(kCbc, kGcm) == Refusal::algorithm);
}

TEST_CASE("encrypted forms: a key's name is its thumbprint and nothing else") {
    CHECK(with_member(R"("kid":"v1")") == Refusal::key);
    jwt::Keyring keyring;
    keyring.add(key());
    const auto derived = jwt::derive_nextauth(keyring.keys().front(), 0).value();
    const std::string named = R"({"alg":"dir","enc":"A256GCM","kid":")" + derived.thumbprint;
    CHECK_FALSE(judge(false, seal::gcm(gcm_key(), named + "\"}", kClaims).text()));
    CHECK(judge(false, seal::gcm(gcm_key(), named + "x\"}", kClaims).text()) == Refusal::key);
}

TEST_CASE("encrypted forms: a key of its own, and parts of another length") {
    for (const bool authjs : {false, true}) {
        CAPTURE(authjs);
        const seal::Parts good =
            authjs ? seal::cbc(cbc_key(), kCbc, kClaims) : seal::gcm(gcm_key(), kGcm, kClaims);
        CHECK_FALSE(judge(authjs, good.text()));
        seal::Parts changed = good;
        changed.key = "AAAA";
        CHECK(judge(authjs, changed.text()) == Refusal::malformed);
        for (std::string seal::Parts::*const part : {&seal::Parts::iv, &seal::Parts::tag}) {
            changed = good;
            (changed.*part).pop_back();
            CHECK(judge(authjs, changed.text()) == Refusal::malformed);
            changed.*part = good.*part + '\0';
            CHECK(judge(authjs, changed.text()) == Refusal::malformed);
            (changed.*part).clear();
            CHECK(judge(authjs, changed.text()) == Refusal::malformed);
        }
        changed = good;
        changed.ciphertext.clear();
        CHECK(judge(authjs, changed.text()) == Refusal::signature);
        CHECK(judge(authjs, good.header) == Refusal::malformed);
        CHECK(judge(authjs, ".") == Refusal::malformed);
        CHECK(judge(authjs, "....") == Refusal::malformed);
    }
}

TEST_CASE("encrypted forms: a wrong padding looks like a wrong tag") {
    for (const char* last : {"\x11", "\x00", "\xff"}) {
        std::string blocks = kClaims + std::string(15 - kClaims.size() % 16, ' ') + last[0];
        const auto parts = seal::cbc(cbc_key(), kCbc, blocks, false);
        CHECK(judge(true, parts.text()) == Refusal::signature);
    }
    seal::Parts half = seal::cbc(cbc_key(), kCbc, kClaims);
    half.ciphertext.pop_back();
    half.tag = seal::cbc_tag(cbc_key(), half);
    CHECK(judge(true, half.text()) == Refusal::signature);
}

TEST_CASE("encrypted forms: what is inside") {
    for (const char* claims : {"", "x", "[]", "7", R"({"sub":"42","sub":"43","exp":1700000060})",
                               R"({"sub":42,"exp":1700000060})", R"({"sub":"42","exp":"soon"})"}) {
        CAPTURE(claims);
        CHECK(with_claims(claims) == Refusal::malformed);
    }
    CHECK(with_claims(R"({"sub":"42"})") == Refusal::claims);
    CHECK(with_claims(R"({"sub":"42","exp":1700000060,"nbf":1700000050})") == Refusal::early);
    CHECK_FALSE(with_claims(R"({"sub":"42","exp":1700000060})"));
}

TEST_CASE("encrypted forms: up to 32 KB") {
    const auto of_size = [](std::size_t size) {
        std::string claims = kClaims;
        claims.pop_back();
        claims += R"(,"x":")" + std::string(size, 'x') + "\"}";
        return seal::gcm(gcm_key(), kGcm, claims).text();
    };
    std::size_t size = 24000;
    while (of_size(size + 1).size() <= jwt::kMaxEncryptedBytes) {
        ++size;
    }
    CHECK_FALSE(judge(false, of_size(size)));
    CHECK(judge(false, of_size(size + 1)) == Refusal::malformed);
}
