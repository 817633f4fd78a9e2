#include "derived_key.hpp"

#include <array>
#include <utility>

#include "base64url.hpp"
#include "openssl.hpp"

namespace jwt {

namespace {

// Of a symmetric key (RFC 7638, section 3.2), by the digest that has as many bits as the key: so
// Auth.js has it. Empty where OpenSSL fails.
std::string thumbprint_of(std::string_view key) {
    const ErrorQueueGuard guard;
    const std::string jwk = R"({"k":")" + base64url_encode(key) + R"(","kty":"oct"})";
    const char* digest = key.size() == 64 ? "SHA512" : "SHA256";
    std::array<char, EVP_MAX_MD_SIZE> bytes{};
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, digest, nullptr, jwk.data(), jwk.size(),
                     reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1) {
        return {};
    }
    return base64url_encode({bytes.data(), size});
}

std::optional<DerivedKey> derive(const Key& key, std::size_t origin, const Encryption& encryption,
                                 std::string_view salt, std::string_view info) {
    const auto bytes = key.derive(salt, info, encryption.key_bytes);
    auto cipher = bytes ? ContentCipher::make(encryption, *bytes) : std::nullopt;
    if (!cipher) {
        return std::nullopt;
    }
    DerivedKey derived{origin, thumbprint_of(*bytes), std::move(*cipher)};
    return derived.thumbprint.empty() ? std::nullopt : std::optional(std::move(derived));
}

}  // namespace

std::optional<DerivedKey> derive_nextauth(const Key& key, std::size_t origin) {
    return derive(key, origin, kA256Gcm, "", "NextAuth.js Generated Encryption Key");
}

std::optional<DerivedKey> derive_authjs(const Key& key, std::size_t origin,
                                        std::string_view cookie) {
    return derive(key, origin, kA256CbcHs512, cookie,
                  "Auth.js Generated Encryption Key (" + std::string(cookie) + ")");
}

}  // namespace jwt
