// Content encryption against the vectors of RFC 7518, B.3, and RFC 7516, A.1.
#include "../../src/jwt/content_cipher.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <string>

#include "../../src/jwt/secret.hpp"
#include "mint.hpp"

using jwt::Ciphertext;
using jwt::ContentCipher;

namespace {

std::string bytes(const std::string& hex) {
    return jwt::decode_secret(hex, jwt::Encoding::hex).value();
}

std::string url(const char* text) {
    return jwt::base64url_decode(text).value();
}

struct Vector {
    const jwt::Encryption* encryption;
    std::string key;
    std::string authenticated;
    std::string iv;
    std::string ciphertext;
    std::string tag;
    std::string plain;

    std::optional<std::string> open() const {
        const auto opened =
            ContentCipher::make(*encryption, key)->open({authenticated, iv, ciphertext, tag});
        CHECK(ERR_peek_error() == 0);
        return opened;
    }
};

std::string ascending(std::size_t size) {
    std::string key;
    while (key.size() < size) {
        key.push_back(static_cast<char>(key.size()));
    }
    return key;
}

const Vector kVectors[] = {
    {&jwt::kA256CbcHs512, ascending(64), "The second principle of Auguste Kerckhoffs",
     bytes("1af38c2dc2b96ffdd86694092341bc04"),
     bytes(
         "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad"
         "3e9279c2e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80b"
         "fecbad28c73f09b3a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d0"
         "9dd7a4930930806d0703b1f6"),
     bytes("4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"),
     "A cipher system must not be required to be secret, and it must be able to fall into the "
     "hands of the enemy without inconvenience"},
    {&jwt::kA256Gcm, bytes("b1a1f480548fe1733fb403ff6b9ad4f68a076e5b702e22692f82cb2e7aea40fc"),
     "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ", url("48V1_ALb6US04U3b"),
     url("5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A"),
     url("XFBoMYUZodetZdvTiFvSkQ"),
     "The true sign of intelligence is not knowledge but imagination."},
};

}  // namespace

TEST_CASE("content cipher: published vectors") {
    for (const Vector& vector : kVectors) {
        CAPTURE(vector.encryption->name);
        CHECK(vector.open() == vector.plain);
    }
}

TEST_CASE("content cipher: any bit of any part changed") {
    for (const Vector& vector : kVectors) {
        CAPTURE(vector.encryption->name);
        for (std::string Vector::*const part : {&Vector::key, &Vector::authenticated, &Vector::iv,
                                                &Vector::ciphertext, &Vector::tag}) {
            for (std::size_t i = 0; i < (vector.*part).size(); ++i) {
                Vector changed = vector;
                (changed.*part)[i] = static_cast<char>((changed.*part)[i] ^ (1 << (i % 8)));
                CHECK_FALSE(changed.open());
            }
        }
    }
}

TEST_CASE("content cipher: any part shorter or longer") {
    for (const Vector& vector : kVectors) {
        CAPTURE(vector.encryption->name);
        for (std::string Vector::*const part :
             {&Vector::authenticated, &Vector::iv, &Vector::ciphertext, &Vector::tag}) {
            Vector changed = vector;
            for ((changed.*part).pop_back(); !(changed.*part).empty(); (changed.*part).pop_back()) {
                CHECK_FALSE(changed.open());
            }
            CHECK_FALSE(changed.open());
            changed.*part = vector.*part + '\0';
            CHECK_FALSE(changed.open());
        }
    }
}

TEST_CASE("content cipher: keys of another length") {
    CHECK_FALSE(ContentCipher::make(jwt::kA256Gcm, ascending(64)));
    CHECK_FALSE(ContentCipher::make(jwt::kA256CbcHs512, ascending(32)));
    CHECK_FALSE(ContentCipher::make(jwt::kA256Gcm, ""));
}
