// RFC 5869, appendix A.
#include "../../src/jwt/hkdf.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <string>

#include "../../src/jwt/secret.hpp"
#include "mint.hpp"

namespace {

std::string bytes(const char* hex) {
    return jwt::decode_secret(hex, jwt::Encoding::hex).value();
}

const std::string kSecret(22, '\x0b');

}  // namespace

TEST_CASE("hkdf: RFC 5869, A.1, with salt and info") {
    CHECK(jwt::hkdf_sha256(kSecret, bytes("000102030405060708090a0b0c"),
                           bytes("f0f1f2f3f4f5f6f7f8f9"), 42) ==
          bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                "34007208d5b887185865"));
}

TEST_CASE("hkdf: RFC 5869, A.3, without") {
    CHECK(jwt::hkdf_sha256(kSecret, "", "", 42) ==
          bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                "9d201395faa4b61a96c8"));
}

TEST_CASE("hkdf: what OpenSSL does not derive") {
    CHECK_FALSE(jwt::hkdf_sha256(kSecret, "", "", 255 * 32 + 1));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("hkdf: of HMAC secrets alone") {
    const auto pem = mint::private_pem(mint::key_of("ED25519").get());
    CHECK_FALSE(mint::read_key({}, pem).derive("", "", 32));
    CHECK(mint::read_key({}, kSecret).derive("", "", 42) == jwt::hkdf_sha256(kSecret, "", "", 42));
}
