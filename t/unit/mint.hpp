// Keys and tokens made on the spot, for what no published vector shows.
#pragma once

#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../../src/jwt/base64url.hpp"
#include "../../src/jwt/key.hpp"
#include "../../src/jwt/openssl.hpp"

namespace mint {

inline void expect(bool success) {
    if (!success) {
        throw std::runtime_error("OpenSSL failed while making a key or a token");
    }
}

inline jwt::Pkey rsa_key(std::size_t bits = 2048) {
    return jwt::Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
}

inline jwt::Pkey ec_key(const char* curve) {
    return jwt::Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

// "ED25519", "ED448", "X25519"
inline jwt::Pkey key_of(const char* type) {
    return jwt::Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, type));
}

// What `write` puts into a memory BIO.
template <typename Write>
std::string written(Write&& write) {
    const jwt::Bio bio(BIO_new(BIO_s_mem()));
    expect(bio != nullptr && write(bio.get()) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

inline std::string public_pem(EVP_PKEY* key) {
    return written([key](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key); });
}

// Encrypted where there is a pass phrase.
inline std::string private_pem(EVP_PKEY* key, const char* phrase = nullptr) {
    return written([=](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key, phrase ? EVP_aes_128_cbc() : nullptr,
                                             nullptr, 0, nullptr, const_cast<char*>(phrase));
    });
}

// As "openssl ecparam -genkey" and "openssl genrsa" wrote it.
inline std::string traditional_pem(EVP_PKEY* key) {
    return written([key](BIO* bio) {
        return PEM_write_bio_PrivateKey_traditional(bio, key, nullptr, nullptr, 0, nullptr,
                                                    nullptr);
    });
}

inline std::string hmac(const EVP_MD* digest, std::string_view secret, std::string_view bytes) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    expect(HMAC(digest, secret.data(), static_cast<int>(secret.size()), jwt::octets(bytes),
                bytes.size(), reinterpret_cast<unsigned char*>(mac.data()), &size) != nullptr);
    mac.resize(size);
    return mac;
}

// The signature as OpenSSL gives it: DER for EC. `salt` is RSA-PSS's, nothing for PKCS #1 v1.5.
inline std::string sign_raw(EVP_PKEY* key, const char* digest, std::string_view bytes,
                            std::optional<int> salt = std::nullopt) {
    const jwt::DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr;
    expect(EVP_DigestSignInit_ex(context.get(), &settings, digest, nullptr, nullptr, key,
                                 nullptr) == 1);
    if (salt) {
        expect(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1);
        expect(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, *salt) == 1);
    }
    std::size_t size = 0;
    expect(EVP_DigestSign(context.get(), nullptr, &size, jwt::octets(bytes), bytes.size()) == 1);
    std::string signature(size, '\0');
    expect(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                          jwt::octets(bytes), bytes.size()) == 1);
    signature.resize(size);
    return signature;
}

// DER to R and S side by side.
inline std::string to_raw(std::string_view der, std::size_t coordinate) {
    const unsigned char* data = jwt::octets(der);
    const jwt::EcdsaSignature signature(
        d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size())));
    expect(signature != nullptr);
    std::string raw(2 * coordinate, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    const int width = static_cast<int>(coordinate);
    expect(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, width) == width);
    expect(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + width, width) == width);
    return raw;
}

// The signature as a token of that algorithm holds it.
inline std::string sign(const jwt::Algorithm& algorithm, EVP_PKEY* key, std::string_view bytes) {
    if (algorithm.type == jwt::KeyType::ec) {
        return to_raw(sign_raw(key, algorithm.digest, bytes), algorithm.coordinate);
    }
    const bool is_pss = algorithm.type == jwt::KeyType::rsa_pss;
    return sign_raw(key, algorithm.digest, bytes,
                    is_pss ? std::optional<int>(RSA_PSS_SALTLEN_DIGEST) : std::nullopt);
}

inline std::string signed_part(std::string_view header, std::string_view payload) {
    return jwt::base64url_encode(header) + "." + jwt::base64url_encode(payload);
}

inline std::string join(const std::string& signed_part, std::string_view signature) {
    return signed_part + "." + jwt::base64url_encode(signature);
}

// A token with an HS256 signature, whatever its header says.
inline std::string hs256(std::string_view header, std::string_view payload,
                         std::string_view secret) {
    const std::string bytes = signed_part(header, payload);
    return join(bytes, hmac(EVP_sha256(), secret, bytes));
}

inline std::string token(const char* algorithm, EVP_PKEY* key, std::string_view header,
                         std::string_view payload) {
    const std::string bytes = signed_part(header, payload);
    return join(bytes, sign(*jwt::find_algorithm(algorithm), key, bytes));
}

// The key that must be readable.
inline jwt::Key read_key(const jwt::KeyOptions& options, std::string_view bytes) {
    std::vector<std::string> warnings;
    auto result = jwt::Key::read(options, bytes, warnings);
    if (const auto* error = std::get_if<std::string>(&result)) {
        throw std::runtime_error(*error);
    }
    return std::get<jwt::Key>(std::move(result));
}

}  // namespace mint
