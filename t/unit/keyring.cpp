#include "../../src/jwt/keyring.hpp"

#include <doctest/doctest.h>

#include "mint.hpp"

using jwt::Key;
using jwt::KeyOptions;
using jwt::Keyring;
using jwt::Refusal;

namespace {

constexpr std::int64_t kNow = 1000;
constexpr const char* kBytes = "header.payload";

std::string secret_of(const std::string& name) {
    return name + std::string(32, '.');
}

// An HMAC key whose secret is named like itself, or as told.
Key key(const std::string& id, const std::string& algorithm = "HS256",
        std::optional<std::int64_t> until = std::nullopt, const std::string& secret = "") {
    KeyOptions options;
    options.id = id;
    options.algorithm = algorithm;
    options.until = until;
    return mint::read_key(options, secret_of(secret.empty() ? id : secret));
}

Key set_key(const std::string& id) {
    KeyOptions options;
    options.id = id;
    options.algorithm = "HS256";
    options.in_set = true;
    return std::get<Key>(Key::from_secret(options, secret_of(id)));
}

std::string signature(const std::string& name, const EVP_MD* digest = EVP_sha256()) {
    return mint::hmac(digest, secret_of(name), kBytes);
}

Keyring ring(std::vector<Key> keys) {
    Keyring result;
    for (Key& key : keys) {
        result.add(std::move(key));
    }
    return result;
}

using Name = std::optional<std::string_view>;

// The place of the key that verified, or the refusal.
struct Outcome {
    std::optional<std::ptrdiff_t> index;
    std::optional<Refusal> refusal;
};

Outcome verify(const Keyring& keyring, std::string_view algorithm, Name key_id, Name hint,
               const std::string& signature) {
    const auto result = keyring.verify(algorithm, key_id, hint, kBytes, signature, kNow);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        return {std::nullopt, *refusal};
    }
    return {std::get<const Key*>(result) - keyring.keys().data(), std::nullopt};
}

constexpr Name kNone = std::nullopt;

}  // namespace

TEST_CASE("keyring: the first key is the current one") {
    const Keyring keyring = ring({key("v2"), key("v1")});
    CHECK_FALSE(keyring.empty());
    CHECK(Keyring().empty());
    CHECK_FALSE(keyring.is_fallback(keyring.keys()[0]));
    CHECK(keyring.is_fallback(keyring.keys()[1]));
}

TEST_CASE("keyring: kid picks the key, and no other") {
    const Keyring keyring = ring({key("v2"), key("v1")});
    CHECK(verify(keyring, "HS256", "v1", kNone, signature("v1")).index == 1);
    CHECK(verify(keyring, "HS256", "v2", "v1", signature("v2")).index == 0);
    CHECK(verify(keyring, "HS256", "v2", "v1", signature("v1")).refusal == Refusal::signature);
    CHECK(verify(keyring, "HS256", "v3", "v1", signature("v1")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS256", "V1", kNone, signature("v1")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS256", "v", kNone, signature("v1")).refusal == Refusal::key);
}

TEST_CASE("keyring: without kid the version is the hint, then every key in order") {
    const Keyring keyring = ring({key("v3"), key("v2"), key("v1"), key("v2", "HS256", {}, "twin")});
    CHECK(verify(keyring, "HS256", kNone, kNone, signature("v1")).index == 2);
    CHECK(verify(keyring, "HS256", kNone, "v2", signature("v1")).index == 2);
    CHECK(verify(keyring, "HS256", kNone, "unknown", signature("v3")).index == 0);
    CHECK(verify(keyring, "HS256", kNone, "v2", signature("twin")).index == 3);
    CHECK(verify(keyring, "HS256", kNone, "v2", signature("other")).refusal == Refusal::signature);

    // Only the order tells which of two keys with one secret is found.
    const Keyring twins = ring({key("a", "HS256", {}, "x"), key("b", "HS256", {}, "x")});
    CHECK(verify(twins, "HS256", kNone, kNone, signature("x")).index == 0);
    CHECK(verify(twins, "HS256", kNone, "b", signature("x")).index == 1);
    CHECK(verify(twins, "HS256", "a", "b", signature("x")).index == 0);
}

TEST_CASE("keyring: a key verifies its own algorithm only") {
    const Keyring keyring = ring({key("v2", "HS512"), key("v1")});
    CHECK(verify(keyring, "HS512", kNone, kNone, signature("v2", EVP_sha512())).index == 0);
    CHECK(verify(keyring, "HS256", kNone, kNone, signature("v2")).refusal == Refusal::signature);
    CHECK(verify(keyring, "HS256", "v2", kNone, signature("v2")).refusal == Refusal::algorithm);
    CHECK(verify(keyring, "HS384", kNone, kNone, signature("v1")).refusal == Refusal::algorithm);
    for (const char* name : {"none", "None", "NONE", "", "hs256", "HS256 "}) {
        CAPTURE(name);
        CHECK(verify(keyring, name, kNone, kNone, "").refusal == Refusal::algorithm);
        CHECK(verify(keyring, name, "v1", kNone, signature("v1")).refusal == Refusal::algorithm);
        CHECK(verify(keyring, name, "v9", kNone, signature("v1")).refusal == Refusal::algorithm);
    }
}

TEST_CASE("keyring: a public key is never a secret") {
    const jwt::Pkey rsa = mint::rsa_key();
    const std::string pem = mint::public_pem(rsa.get());
    KeyOptions options;
    options.id = "v1";
    const Keyring keyring = ring({mint::read_key(options, pem)});
    for (const std::string& secret : {pem, pem.substr(0, pem.size() - 1)}) {
        const std::string forged = mint::hmac(EVP_sha256(), secret, kBytes);
        CHECK(verify(keyring, "HS256", kNone, kNone, forged).refusal == Refusal::algorithm);
        CHECK(verify(keyring, "HS256", "v1", kNone, forged).refusal == Refusal::algorithm);
        CHECK(verify(keyring, "RS256", "v1", kNone, forged).refusal == Refusal::signature);
    }
    const auto* ps256 = jwt::find_algorithm("PS256");
    CHECK(verify(keyring, "PS256", "v1", kNone, mint::sign(*ps256, rsa.get(), kBytes)).refusal ==
          Refusal::algorithm);
}

TEST_CASE("keyring: one kid on keys of several types") {
    const Keyring keyring = ring(
        {key("v1", "HS512"), key("v1", "HS256", {}, "a"), key("v1", "HS256", {}, "b"), key("v2")});
    CHECK(verify(keyring, "HS256", "v1", kNone, signature("b")).index == 2);
    CHECK(verify(keyring, "HS512", "v1", kNone, signature("v1", EVP_sha512())).index == 0);
    CHECK(verify(keyring, "HS256", "v1", kNone, signature("v2")).refusal == Refusal::signature);
    CHECK(verify(keyring, "HS384", "v1", kNone, signature("v2")).refusal == Refusal::algorithm);
}

TEST_CASE("keyring: a key whose time has ended verifies nothing") {
    const Keyring keyring =
        ring({key("v2"), key("v1", "HS256", kNow - 1), key("v0", "HS256", kNow)});
    CHECK(verify(keyring, "HS256", "v0", kNone, signature("v0")).index == 2);
    CHECK(verify(keyring, "HS256", kNone, kNone, signature("v0")).index == 2);
    CHECK(verify(keyring, "HS256", "v1", kNone, signature("v1")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS256", kNone, kNone, signature("v1")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS256", kNone, "v1", signature("v1")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS256", kNone, "v1", signature("v2")).index == 0);
    CHECK(verify(keyring, "HS256", kNone, "v1", signature("x")).refusal == Refusal::signature);
    CHECK(verify(keyring, "HS256", "v1", kNone, signature("x")).refusal == Refusal::key);
    CHECK(verify(keyring, "HS512", "v1", kNone, signature("x")).refusal == Refusal::algorithm);

    // The same secret lives on under another name.
    const Keyring renamed =
        ring({key("old", "HS256", kNow - 1, "x"), key("new", "HS256", {}, "x")});
    CHECK(verify(renamed, "HS256", kNone, "old", signature("x")).index == 1);
    CHECK(verify(renamed, "HS256", "old", kNone, signature("x")).refusal == Refusal::key);
}

TEST_CASE("keyring: without keys nothing is verified") {
    CHECK(verify(Keyring(), "HS256", kNone, kNone, signature("v1")).refusal == Refusal::algorithm);
    CHECK(verify(Keyring(), "HS256", "v1", kNone, signature("v1")).refusal == Refusal::key);
}

TEST_CASE("keyring: the current key signs, while its time lasts, and no other does") {
    CHECK(Keyring().signing_key(kNow) == nullptr);
    const Keyring keyring = ring({key("v2"), key("v1")});
    CHECK(keyring.signing_key(kNow) == &keyring.keys()[0]);
    const Keyring ending = ring({key("v2", "HS256", kNow), key("v1")});
    CHECK(ending.signing_key(kNow) == &ending.keys()[0]);
    CHECK(ending.signing_key(kNow + 1) == nullptr);
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    KeyOptions options;
    options.id = "v2";
    const Keyring verifying =
        ring({mint::read_key(options, mint::public_pem(ed25519.get())), key("v1")});
    CHECK(verifying.signing_key(kNow) == nullptr);
}

TEST_CASE("keyring: keys of a set neither sign nor are found, wherever they stand") {
    const Keyring alone = ring({set_key("s1"), set_key("s2")});
    CHECK(alone.signing_key(kNow) == nullptr);
    CHECK(alone.find("s1") == nullptr);
    CHECK_FALSE(alone.is_fallback(alone.keys()[1]));

    const Keyring mixed = ring({set_key("v2"), key("v2"), set_key("s1"), key("v1")});
    CHECK(mixed.signing_key(kNow) == &mixed.keys()[1]);
    CHECK(mixed.find("v2") == &mixed.keys()[1]);
    CHECK(mixed.find("v1") == &mixed.keys()[3]);
    CHECK_FALSE(mixed.is_fallback(mixed.keys()[0]));
    CHECK_FALSE(mixed.is_fallback(mixed.keys()[1]));
    CHECK_FALSE(mixed.is_fallback(mixed.keys()[2]));
    CHECK(mixed.is_fallback(mixed.keys()[3]));
}

TEST_CASE("keyring: a key is found by its whole ID") {
    const Keyring keyring = ring({key("v2"), key("v1", "HS256", kNow - 1)});
    CHECK(keyring.find("v2") == &keyring.keys()[0]);
    CHECK(keyring.find("v1") == &keyring.keys()[1]);
    for (const char* id : {"", "v", "V2", "v22", "v3"}) {
        CAPTURE(id);
        CHECK(keyring.find(id) == nullptr);
    }
}

namespace {

// Null: they are not known.
struct Source final : jwt::KeySource {
    const std::vector<Key>* known = nullptr;
    const std::vector<Key>* keys() const override { return known; }
};

std::optional<Refusal> refusal(const Keyring& keyring, Name key_id, const std::string& name) {
    return verify(keyring, "HS256", key_id, kNone, signature(name)).refusal;
}

}  // namespace

TEST_CASE("keyring: a source's keys stand behind its own") {
    Source source;
    Keyring keyring = ring({key("own")});
    keyring.add_source(source);
    CHECK(keyring.has_public_keys());
    CHECK(keyring.at(0) == keyring.keys().data());
    CHECK(keyring.at(1) == nullptr);
    const std::vector<Key> keys = {set_key("one"), set_key("two")};
    source.known = &keys;
    CHECK(keyring.at(2) == &keys[1]);
    CHECK(keyring.at(3) == nullptr);
    CHECK(keyring.number_of(keys[1]) == 2);
    CHECK(keyring.number_of(keyring.keys()[0]) == 0);
    for (const Name key_id : {Name("two"), kNone}) {
        const auto result = keyring.verify("HS256", key_id, kNone, kBytes, signature("two"), kNow);
        REQUIRE(std::holds_alternative<const Key*>(result));
        CHECK(std::get<const Key*>(result) == &keys[1]);
    }
    CHECK_FALSE(refusal(keyring, kNone, "own"));
    CHECK_FALSE(refusal(keyring, "own", "own"));
    CHECK(refusal(keyring, "one", "two") == Refusal::signature);
    CHECK(refusal(keyring, "own", "one") == Refusal::signature);
    CHECK(refusal(keyring, "three", "one") == Refusal::key);
    CHECK(refusal(keyring, kNone, "three") == Refusal::signature);
    CHECK_FALSE(keyring.is_fallback(keys[0]));
    CHECK(keyring.find("one") == nullptr);
}

TEST_CASE("keyring: what a source may have that does not know its keys is no forgery") {
    const Source source;
    Keyring keyring;
    keyring.add_source(source);
    CHECK_FALSE(keyring.empty());
    CHECK(refusal(keyring, kNone, "one") == Refusal::key);
    CHECK(refusal(keyring, "one", "one") == Refusal::key);
    CHECK(verify(keyring, "none", kNone, kNone, "").refusal == Refusal::algorithm);
    keyring.add(key("own"));
    CHECK(refusal(keyring, kNone, "one") == Refusal::key);
    CHECK(refusal(keyring, "own", "one") == Refusal::signature);
    CHECK_FALSE(refusal(keyring, "own", "own"));
    CHECK_FALSE(refusal(keyring, kNone, "own"));
}
