// What encrypts the content of a token and keeps it from being changed (RFC 7518, section 5).
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jwt {

struct Encryption {
    std::string_view name;  // "enc"
    const char* cipher;     // of OpenSSL
    const char* mac;  // digest of the HMAC over what the cipher does not authenticate, or null
    std::size_t key_bytes;  // of the HMAC's key and the cipher's
    std::size_t iv_bytes;
    std::size_t tag_bytes;
};

inline constexpr Encryption kA256Gcm = {"A256GCM", "AES-256-GCM", nullptr, 32, 12, 16};
inline constexpr Encryption kA256CbcHs512 = {"A256CBC-HS512", "AES-256-CBC", "SHA512", 64, 16, 32};

// The parts of a token, decoded.
struct Ciphertext {
    std::string_view authenticated;  // not encrypted, but covered by the tag
    std::string_view iv;
    std::string_view bytes;
    std::string_view tag;
};

class ContentCipher {
public:
    // Nothing where the key has not the length for it, or OpenSSL fails.
    static std::optional<ContentCipher> make(const Encryption& encryption, std::string_view key);

    const Encryption& encryption() const { return *encryption_; }

    // What was encrypted, or nothing: a wrong length, key, tag or padding all look the same. Tags
    // are compared in constant time, before anything is decrypted by a cipher that does not
    // authenticate; OpenSSL's error queue is left empty.
    std::optional<std::string> open(const Ciphertext& ciphertext) const;

private:
    explicit ContentCipher(const Encryption& encryption) : encryption_(&encryption) {}

    bool is_authentic(const Ciphertext& ciphertext) const;
    std::optional<std::string> decrypt(const Ciphertext& ciphertext) const;

    const Encryption* encryption_;
    std::shared_ptr<EVP_CIPHER> cipher_;
    std::shared_ptr<EVP_MAC_CTX> mac_;
    std::string key_;  // the cipher's
};

}  // namespace jwt
