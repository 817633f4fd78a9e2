#include <doctest/doctest.h>

#include <openssl/err.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../../src/jwt/key.hpp"
#include "mint.hpp"

using jwt::Key;
using jwt::KeyOptions;

namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";

KeyOptions with_algorithm(std::string algorithm) {
    KeyOptions options;
    options.id = "v1";
    options.algorithm = std::move(algorithm);
    return options;
}

Key read(const std::string& text, std::string algorithm = "") {
    return mint::read_key(with_algorithm(std::move(algorithm)), text);
}

}  // namespace

TEST_CASE("key: a signature is as long as the token wants it, whatever R and S begin with") {
    for (const char* curve : {"P-256", "P-521"}) {
        CAPTURE(curve);
        const Key key = read(mint::private_pem(mint::ec_key(curve).get()));
        // R or S of one in 128 begins with a zero byte, which DER leaves out.
        for (int i = 0; i < 600; ++i) {
            const std::string bytes = std::to_string(i);
            const auto signature = key.sign(bytes);
            REQUIRE(signature.has_value());
            REQUIRE(signature->size() == 2 * key.algorithm().coordinate);
            REQUIRE(key.verifies(bytes, *signature));
        }
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("key: PS* signs with a salt as long as the digest") {
    const jwt::Pkey rsa = mint::rsa_key();
    for (const char* algorithm : {"PS256", "PS384", "PS512"}) {
        CAPTURE(algorithm);
        const auto signature = read(mint::private_pem(rsa.get()), algorithm).sign("bytes");
        REQUIRE(signature.has_value());
        CHECK(read(mint::public_pem(rsa.get()), algorithm).verifies("bytes", *signature));
    }
}

TEST_CASE("key: empty bytes and long ones are signed") {
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    for (const Key& key : {read(kSecret), read(mint::private_pem(ed25519.get()))}) {
        for (const std::string& bytes : {std::string(), std::string(100000, '\0')}) {
            const auto signature = key.sign(bytes);
            REQUIRE(signature.has_value());
            CHECK(key.verifies(bytes, *signature));
            CHECK_FALSE(key.verifies(bytes + "x", *signature));
        }
    }
}

TEST_CASE("key: whoever has the same key seals alike, whatever its algorithm and its spelling") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey ec = mint::ec_key("P-384");
    KeyOptions hex = with_algorithm("HS384");
    hex.encoding = jwt::Encoding::hex;
    const std::vector<std::pair<Key, Key>> pairs = {
        {read(kSecret), read(kSecret + "\n", "HS512")},
        {read(kSecret),
         mint::read_key(hex, "3031323334353637383961626364656630313233343536373839616263646566")},
        {read(mint::private_pem(rsa.get())), read(mint::traditional_pem(rsa.get()), "PS512")},
        {read(mint::private_pem(ec.get())), read(mint::traditional_pem(ec.get()))},
    };
    for (const auto& [one, other] : pairs) {
        const auto seal = one.seal("bytes");
        REQUIRE(seal.has_value());
        CHECK(seal->size() == 32);
        CHECK(seal == one.seal("bytes"));
        CHECK(seal == other.seal("bytes"));
        CHECK(seal != other.seal("Bytes"));
        CHECK(seal != other.seal(""));
    }
}

TEST_CASE("key: another key seals otherwise") {
    const std::string private_key = mint::private_pem(mint::ec_key("P-256").get());
    const std::string other_key = mint::private_pem(mint::ec_key("P-256").get());
    CHECK(read(private_key).seal("bytes") != read(other_key).seal("bytes"));
    CHECK(read(kSecret).seal("bytes") != read("x" + kSecret).seal("bytes"));
}

// Else a client could have a token made whose signature seals what it likes, or the other way.
TEST_CASE("key: a seal is no signature of a token, and a signature no seal") {
    const Key key = read(kSecret);
    CHECK_FALSE(key.verifies("bytes", *key.seal("bytes")));
    CHECK(key.seal("bytes") != mint::hmac(EVP_sha256(), kSecret, "bytes"));
    const std::string label = "auth_session: seal";
    CHECK(key.seal("bytes") != mint::hmac(EVP_sha256(), kSecret, label + "bytes"));
}

TEST_CASE("key: what only verifies neither signs nor seals") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    std::vector<Key> keys = {read(mint::public_pem(rsa.get())),
                             read(mint::public_pem(ed25519.get()))};
    keys.push_back(std::get<Key>(Key::from_public(with_algorithm(""), ed25519.get())));
    keys.push_back(std::get<Key>(Key::from_secret(with_algorithm("HS256"), kSecret)));
    for (const Key& key : keys) {
        CHECK_FALSE(key.can_sign());
        CHECK_FALSE(key.sign("bytes"));
        CHECK_FALSE(key.seal("bytes"));
        CHECK(ERR_peek_error() == 0);
    }
}

TEST_CASE("key: a copy signs and seals when the first one is gone") {
    std::optional<Key> key = read(mint::private_pem(mint::key_of("ED25519").get()));
    const Key copy = *key;
    const auto seal = key->seal("bytes");
    key.reset();
    const auto signature = copy.sign("bytes");
    REQUIRE(signature.has_value());
    CHECK(copy.verifies("bytes", *signature));
    CHECK(copy.seal("bytes") == seal);
}
