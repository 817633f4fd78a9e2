// Asymmetric keys: from PEM, from the numbers of a JWK (RFC 7518, section 6; RFC 8037, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "algorithm.hpp"
#include "openssl.hpp"

namespace jwt {

struct PemKey {
    Pkey pkey;
    bool is_private = false;
};

// Whether the text has a PEM block anywhere, behind other lines too: a public key in PEM must never
// be taken for a secret.
bool is_pem(std::string_view text);

// The first key in the text, or why there is none. Never asks for a pass phrase.
std::variant<PemKey, std::string> read_pem(std::string_view text);

// The private key as DER, the same wherever it is read; empty where OpenSSL fails.
std::string private_bytes(EVP_PKEY* key);

// Its public half, likewise.
std::string public_bytes(EVP_PKEY* key);

// Numbers are big-endian bytes. Null where OpenSSL does not take them, a point off its curve among
// others.
Pkey make_rsa_key(std::string_view modulus, std::string_view exponent);
Pkey make_ec_key(const char* group, std::string_view x, std::string_view y);
Pkey make_edwards_key(const char* name, std::string_view x);

// What a key is, as far as algorithms care.
struct Kind {
    KeyType type;
    std::string curve;  // ec: OpenSSL's group name

    // An RSA key serves both paddings; an RSASSA-PSS key is of type rsa_pss and serves its own.
    bool fits(const Algorithm& algorithm) const;

    std::string text() const;  // for messages
};

std::optional<Kind> kind_of(const EVP_PKEY* key);

// Why nobody should trust the key's signatures, or nothing: too short, not sound.
std::optional<std::string> pkey_problem(EVP_PKEY* key);

}  // namespace jwt
