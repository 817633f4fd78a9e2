#include "../../src/jwt/key.hpp"

#include <doctest/doctest.h>

#include <openssl/err.h>

#include <utility>

#include "mint.hpp"

using jwt::Encoding;
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

// The error of a key that must not be readable.
std::string error_of(const KeyOptions& options, std::string_view bytes) {
    std::vector<std::string> warnings;
    const auto result = Key::read(options, bytes, warnings);
    CHECK(ERR_peek_error() == 0);
    CHECK(warnings.empty());
    const auto* error = std::get_if<std::string>(&result);
    return error == nullptr ? "" : *error;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("key: an HMAC secret in each encoding") {
    const struct {
        Encoding encoding;
        const char* text;
    } examples[] = {
        {Encoding::raw, "0123456789abcdef0123456789abcdef\n"},
        {Encoding::hex, "3031323334353637383961626364656630313233343536373839616263646566"},
        {Encoding::base64, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="},
        {Encoding::base64url, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
    };
    for (const auto& example : examples) {
        KeyOptions options = with_algorithm("");
        options.encoding = example.encoding;
        const Key key = mint::read_key(options, example.text);
        CHECK(key.id() == "v1");
        CHECK(key.algorithm().name == "HS256");
        CHECK(key.can_sign());
        CHECK(key.verifies("bytes", mint::hmac(EVP_sha256(), kSecret, "bytes")));
        CHECK_FALSE(key.verifies("Bytes", mint::hmac(EVP_sha256(), kSecret, "bytes")));
    }
}

TEST_CASE("key: HMAC with each digest, used again and again") {
    const struct {
        const char* algorithm;
        const EVP_MD* digest;
    } examples[] = {{"HS256", EVP_sha256()}, {"HS384", EVP_sha384()}, {"HS512", EVP_sha512()}};
    for (const auto& example : examples) {
        const Key key = mint::read_key(with_algorithm(example.algorithm), kSecret);
        for (int i = 0; i < 3; ++i) {
            const std::string bytes(static_cast<std::size_t>(i) * 100, 'x');
            const std::string mac = mint::hmac(example.digest, kSecret, bytes);
            CHECK(key.verifies(bytes, mac));
            CHECK_FALSE(key.verifies(bytes, mac.substr(0, mac.size() - 1)));
            CHECK_FALSE(key.verifies(bytes, mac + '\0'));
            CHECK_FALSE(key.verifies(bytes, ""));
        }
    }
}

TEST_CASE("key: a short secret is used with a warning, an empty one is not") {
    std::vector<std::string> warnings;
    CHECK(std::holds_alternative<Key>(Key::read(with_algorithm(""), "hunter2\n", warnings)));
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "7 bytes"));
    CHECK_FALSE(contains(warnings[0], "hunter2"));
    for (const char* text : {"", "\n", "\r\n"}) {
        CHECK(contains(error_of(with_algorithm(""), text), "empty"));
    }
    KeyOptions hex = with_algorithm("");
    hex.encoding = Encoding::hex;
    CHECK(contains(error_of(hex, "\n"), "empty"));
    CHECK(contains(error_of(hex, "hunter2"), "not hex"));
    CHECK_FALSE(contains(error_of(hex, "hunter2"), "hunter2"));
}

TEST_CASE("key: PEM, private and public, under every algorithm of its type") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey p256 = mint::ec_key("P-256");
    const jwt::Pkey p384 = mint::ec_key("P-384");
    const jwt::Pkey p521 = mint::ec_key("P-521");
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    const jwt::Pkey ed448 = mint::key_of("ED448");
    const std::vector<std::pair<EVP_PKEY*, std::vector<std::string>>> keys = {
        {rsa.get(), {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}},
        {p256.get(), {"ES256"}},
        {p384.get(), {"ES384"}},
        {p521.get(), {"ES512"}},
        {ed25519.get(), {"EdDSA"}},
        {ed448.get(), {"EdDSA"}},
    };
    for (const auto& [pkey, algorithms] : keys) {
        const std::string private_text = "\n " + mint::private_pem(pkey);
        const std::string public_text = mint::public_pem(pkey);
        CHECK(mint::read_key(with_algorithm(""), public_text).algorithm().name == algorithms[0]);
        for (const std::string& algorithm : algorithms) {
            CAPTURE(algorithm);
            const Key signing = mint::read_key(with_algorithm(algorithm), private_text);
            const Key verifying = mint::read_key(with_algorithm(algorithm), public_text);
            CHECK(signing.can_sign());
            CHECK_FALSE(verifying.can_sign());
            const std::string signature = mint::sign(signing.algorithm(), pkey, "bytes");
            CHECK(signing.verifies("bytes", signature));
            CHECK(verifying.verifies("bytes", signature));
            CHECK_FALSE(verifying.verifies("byteS", signature));
            CHECK_FALSE(verifying.verifies("", signature));
            CHECK_FALSE(verifying.verifies("bytes", ""));
            CHECK_FALSE(verifying.verifies("bytes", signature.substr(1)));
            CHECK_FALSE(verifying.verifies("bytes", signature + '\0'));
            CHECK_FALSE(verifying.verifies("bytes", '\0' + signature));
            CHECK(ERR_peek_error() == 0);
        }
    }
}

TEST_CASE("key: PEM in the older forms, behind other lines") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey ec = mint::ec_key("P-256");
    const std::string parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    CHECK(mint::read_key(with_algorithm(""), mint::traditional_pem(rsa.get())).can_sign());
    CHECK(mint::read_key(with_algorithm(""), mint::traditional_pem(ec.get())).can_sign());
    CHECK(mint::read_key(with_algorithm(""), parameters + mint::traditional_pem(ec.get()))
              .can_sign());
    CHECK(mint::read_key(with_algorithm(""), "Bag Attributes\n" + mint::private_pem(ec.get()))
              .can_sign());
    // A secret it must never be: whoever knows the public key could sign.
    CHECK(mint::read_key(with_algorithm(""), "\xef\xbb\xbf" + mint::public_pem(ec.get()))
              .algorithm()
              .name == "ES256");
}

TEST_CASE("key: an RSASSA-PSS key serves PS* only, and the digest it is bound to") {
    const jwt::PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
    EVP_PKEY* generated = nullptr;
    REQUIRE(EVP_PKEY_keygen_init(context.get()) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_pss_keygen_md_name(context.get(), "SHA256", nullptr) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md_name(context.get(), "SHA256") == 1);
    REQUIRE(EVP_PKEY_generate(context.get(), &generated) == 1);
    const jwt::Pkey pkey(generated);
    const std::string pem = mint::private_pem(pkey.get());
    const Key key = mint::read_key(with_algorithm(""), pem);
    CHECK(key.algorithm().name == "PS256");
    CHECK(key.verifies("bytes", mint::sign(key.algorithm(), pkey.get(), "bytes")));
    CHECK(contains(error_of(with_algorithm("RS256"), pem), "use \"PS256\""));
    CHECK(contains(error_of(with_algorithm("PS512"), pem), "do not permit"));
}

TEST_CASE("key: PS* takes a salt as long as the digest, and no other") {
    const jwt::Pkey rsa = mint::rsa_key();
    const Key key = mint::read_key(with_algorithm("PS256"), mint::public_pem(rsa.get()));
    CHECK(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA256", "bytes", 32)));
    CHECK_FALSE(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA256", "bytes", 0)));
    CHECK_FALSE(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA256", "bytes", 20)));
    CHECK_FALSE(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA256", "bytes", 64)));
    CHECK_FALSE(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA384", "bytes", 48)));
    CHECK_FALSE(key.verifies("bytes", mint::sign_raw(rsa.get(), "SHA256", "bytes")));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("key: an algorithm that is not the key's type is refused with the one that is") {
    const jwt::Pkey rsa = mint::rsa_key();
    const jwt::Pkey ec = mint::ec_key("P-384");
    const std::string rsa_pem = mint::public_pem(rsa.get());
    const std::string ec_pem = mint::public_pem(ec.get());
    for (const char* algorithm : {"HS256", "HS512", "ES256", "EdDSA", "none", "RS1", ""}) {
        CAPTURE(algorithm);
        const std::string error = error_of(with_algorithm(algorithm), rsa_pem);
        CHECK(contains(error, "use \"RS256\"") == (algorithm[0] != '\0'));
    }
    for (const char* algorithm : {"HS384", "ES256", "ES512", "RS256", "PS256", "EdDSA"}) {
        CAPTURE(algorithm);
        CHECK(contains(error_of(with_algorithm(algorithm), ec_pem), "use \"ES384\""));
    }
    for (const char* algorithm : {"RS256", "PS256", "ES256", "EdDSA", "none"}) {
        CAPTURE(algorithm);
        CHECK(contains(error_of(with_algorithm(algorithm), kSecret), "a key in PEM form"));
    }
}

TEST_CASE("key: PEM with the encoding of a secret is a mistake") {
    const jwt::Pkey ec = mint::ec_key("P-256");
    KeyOptions options = with_algorithm("");
    options.encoding = Encoding::base64;
    CHECK(contains(error_of(options, mint::public_pem(ec.get())), "leave it out"));
}

TEST_CASE("key: an encrypted key is refused, nobody is asked") {
    const jwt::Pkey ec = mint::ec_key("P-256");
    const std::string pem = mint::private_pem(ec.get(), "pass phrase");
    REQUIRE(contains(pem, "ENCRYPTED"));
    CHECK(contains(error_of(with_algorithm(""), pem), "encrypted"));
}

TEST_CASE("key: PEM that is broken or no key") {
    const jwt::Pkey ec = mint::ec_key("P-256");
    const std::string pem = mint::private_pem(ec.get());
    CHECK(error_of(with_algorithm(""), pem.substr(0, pem.size() / 2)) != "");
    CHECK(error_of(with_algorithm(""),
                   "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n") != "");
    CHECK(error_of(with_algorithm(""),
                   "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") != "");
    CHECK(error_of(with_algorithm(""),
                   "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") != "");
}

TEST_CASE("key: types, curves and sizes that are not taken") {
    CHECK(contains(error_of(with_algorithm(""), mint::public_pem(mint::rsa_key(1024).get())),
                   "1024 bits"));
    CHECK(contains(error_of(with_algorithm(""), mint::private_pem(mint::ec_key("secp256k1").get())),
                   "secp256k1"));
    CHECK(contains(error_of(with_algorithm(""), mint::private_pem(mint::key_of("X25519").get())),
                   "signs no tokens"));
}

TEST_CASE("key: DER in place of R and S, zero in place of one of them") {
    for (const char* curve : {"P-256", "P-384", "P-521"}) {
        CAPTURE(curve);
        const jwt::Pkey ec = mint::ec_key(curve);
        const Key key = mint::read_key(with_algorithm(""), mint::public_pem(ec.get()));
        const std::size_t half = key.algorithm().coordinate;
        const std::string der = mint::sign_raw(ec.get(), key.algorithm().digest, "bytes");
        const std::string raw = mint::to_raw(der, half);
        const std::string zero(half, '\0');
        CHECK(key.verifies("bytes", raw));
        CHECK_FALSE(key.verifies("bytes", der));
        CHECK_FALSE(key.verifies("bytes", zero + zero));
        CHECK_FALSE(key.verifies("bytes", zero + raw.substr(half)));
        CHECK_FALSE(key.verifies("bytes", raw.substr(0, half) + zero));
        CHECK_FALSE(key.verifies("bytes", std::string(2 * half, '\xff')));
        CHECK_FALSE(key.verifies("bytes", raw.substr(half) + raw.substr(0, half)));
        CHECK_FALSE(key.verifies("bytes", raw.substr(0, half)));
        CHECK_FALSE(key.verifies("bytes", '\0' + raw.substr(0, half) + '\0' + raw.substr(half)));
        CHECK(ERR_peek_error() == 0);
    }
}

TEST_CASE("key: Ed448 as in RFC 8032, section 7.4") {
    const std::string x = *jwt::base64url_decode(
        "X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA");
    const std::string signature = *jwt::base64url_decode(
        "Uzo39rvkVyUfAjwNiPl2ri37UEqEPjTSB0_YI9QaWR8rIz8DT2KCgfL9eiLd1H14KMWb0KIb_TmA_"
        "w0gKNSxip32PgBsXRwt"
        "NFuSXY3AC0EEhS25msXHzdqFMKEToPTbthFJ8FpzYyaMcdlYCP8uZSYA");
    const jwt::Pkey pkey(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "ED448", nullptr, jwt::octets(x), x.size()));
    const auto key = Key::from_public(with_algorithm(""), pkey.get());
    REQUIRE(std::holds_alternative<Key>(key));
    CHECK(std::get<Key>(key).verifies("", signature));
    CHECK_FALSE(std::get<Key>(key).verifies("x", signature));
    CHECK_FALSE(std::get<Key>(key).verifies("", signature.substr(0, 64)));
}

TEST_CASE("key: those of key sets verify only, and keep what they need themselves") {
    jwt::Pkey pkey = mint::key_of("ED25519");
    const std::string signature = mint::sign_raw(pkey.get(), nullptr, "bytes");
    auto made = Key::from_public(with_algorithm("EdDSA"), pkey.get());
    pkey.reset();
    const Key copy = std::get<Key>(std::exchange(made, std::string()));
    CHECK_FALSE(copy.can_sign());
    CHECK(copy.verifies("bytes", signature));
    const auto secret = Key::from_secret(with_algorithm("HS512"), kSecret);
    CHECK_FALSE(std::get<Key>(secret).can_sign());
    CHECK(std::get<Key>(secret).verifies("bytes", mint::hmac(EVP_sha512(), kSecret, "bytes")));
}

TEST_CASE("key: until is the last second") {
    KeyOptions options = with_algorithm("");
    CHECK(mint::read_key(options, kSecret).accepted_at(INT64_MAX));
    options.until = 1000;
    const Key key = mint::read_key(options, kSecret);
    CHECK(key.accepted_at(999));
    CHECK(key.accepted_at(1000));
    CHECK_FALSE(key.accepted_at(1001));
}
