#include "../../src/jwt/algorithm.hpp"

#include <doctest/doctest.h>

#include <string>

using jwt::KeyType;

TEST_CASE("algorithm: the thirteen that are known") {
    for (const std::string family : {"HS", "RS", "PS", "ES"}) {
        for (const std::string bits : {"256", "384", "512"}) {
            const auto* algorithm = jwt::find_algorithm(family + bits);
            REQUIRE(algorithm != nullptr);
            CHECK(algorithm->name == family + bits);
            CHECK(algorithm->digest == "SHA" + bits);
        }
    }
    const auto* eddsa = jwt::find_algorithm("EdDSA");
    REQUIRE(eddsa != nullptr);
    CHECK(eddsa->digest == nullptr);
}

TEST_CASE("algorithm: every other name is unknown, none first of all") {
    for (const char* name : {"none", "None", "NONE", "", "hs256", "HS1", "HS2560", "HS256 ",
                             "ES256K", "RSA-OAEP", "dir", "A256GCM", "EDDSA", "Ed25519"}) {
        CAPTURE(name);
        CHECK(jwt::find_algorithm(name) == nullptr);
    }
    CHECK(jwt::find_algorithm(std::string_view("HS256\0", 6)) == nullptr);
}

TEST_CASE("algorithm: the default of each type of key") {
    const struct {
        KeyType type;
        const char* curve;
        const char* name;
    } defaults[] = {
        {KeyType::hmac, "", "HS256"},        {KeyType::rsa, "", "RS256"},
        {KeyType::rsa_pss, "", "PS256"},     {KeyType::ec, "prime256v1", "ES256"},
        {KeyType::ec, "secp384r1", "ES384"}, {KeyType::ec, "secp521r1", "ES512"},
        {KeyType::eddsa, "", "EdDSA"},
    };
    for (const auto& expected : defaults) {
        const auto* algorithm = jwt::default_algorithm(expected.type, expected.curve);
        REQUIRE(algorithm != nullptr);
        CHECK(algorithm->name == expected.name);
    }
    CHECK(jwt::default_algorithm(KeyType::ec, "secp256k1") == nullptr);
}

TEST_CASE("algorithm: coordinates of a curve are whole bytes") {
    CHECK(jwt::find_algorithm("ES256")->coordinate == 32);
    CHECK(jwt::find_algorithm("ES384")->coordinate == 48);
    CHECK(jwt::find_algorithm("ES512")->coordinate == 66);
}
