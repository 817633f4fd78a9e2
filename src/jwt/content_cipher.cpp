#include "content_cipher.hpp"

#include <openssl/crypto.h>

#include <climits>
#include <cstdint>

#include "openssl.hpp"
#include "signature.hpp"

namespace jwt {

namespace {

unsigned char* writable(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

// The length in bits, as 64 bits in network order (RFC 7518, section 5.2.2.1).
std::string bit_length(std::string_view bytes) {
    const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * CHAR_BIT;
    std::string text;
    for (int shift = 56; shift >= 0; shift -= 8) {
        text.push_back(static_cast<char>((bits >> shift) & 0xff));
    }
    return text;
}

// For ciphers that authenticate: what the tag covers too, and the tag.
bool expect(EVP_CIPHER_CTX* context, const Ciphertext& ciphertext) {
    int size = 0;
    std::string tag(ciphertext.tag);
    return EVP_DecryptUpdate(context, nullptr, &size, octets(ciphertext.authenticated),
                             static_cast<int>(ciphertext.authenticated.size())) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                               tag.data()) == 1;
}

}  // namespace

std::optional<ContentCipher> ContentCipher::make(const Encryption& encryption,
                                                 std::string_view key) {
    const ErrorQueueGuard guard;
    if (key.size() != encryption.key_bytes) {
        return std::nullopt;
    }
    ContentCipher made(encryption);
    made.cipher_ = Cipher(EVP_CIPHER_fetch(nullptr, encryption.cipher, nullptr));
    if (encryption.mac != nullptr) {
        const std::size_t half = key.size() / 2;
        made.mac_ = make_mac(encryption.mac, key.substr(0, half));
        key.remove_prefix(half);
    }
    made.key_ = key;
    if (made.cipher_ == nullptr || (encryption.mac != nullptr && made.mac_ == nullptr)) {
        return std::nullopt;
    }
    return made;
}

std::optional<std::string> ContentCipher::open(const Ciphertext& ciphertext) const {
    if (ciphertext.iv.size() != encryption_->iv_bytes ||
        ciphertext.tag.size() != encryption_->tag_bytes || ciphertext.bytes.size() > INT_MAX ||
        ciphertext.authenticated.size() > INT_MAX) {
        return std::nullopt;
    }
    return mac_ == nullptr || is_authentic(ciphertext) ? decrypt(ciphertext) : std::nullopt;
}

bool ContentCipher::is_authentic(const Ciphertext& ciphertext) const {
    std::string covered(ciphertext.authenticated);
    covered.append(ciphertext.iv).append(ciphertext.bytes);
    covered += bit_length(ciphertext.authenticated);
    const auto computed = make_mac_of(mac_.get(), covered);
    return computed && computed->size() >= ciphertext.tag.size() &&
           CRYPTO_memcmp(computed->data(), ciphertext.tag.data(), ciphertext.tag.size()) == 0;
}

std::optional<std::string> ContentCipher::decrypt(const Ciphertext& ciphertext) const {
    const ErrorQueueGuard guard;
    const CipherContext context(EVP_CIPHER_CTX_new());
    std::string plain(ciphertext.bytes.size() + EVP_MAX_BLOCK_LENGTH, '\0');
    int size = 0;
    int rest = 0;
    if (context == nullptr ||
        EVP_DecryptInit_ex2(context.get(), cipher_.get(), octets(key_), octets(ciphertext.iv),
                            nullptr) != 1 ||
        (mac_ == nullptr && !expect(context.get(), ciphertext)) ||
        EVP_DecryptUpdate(context.get(), writable(plain), &size, octets(ciphertext.bytes),
                          static_cast<int>(ciphertext.bytes.size())) != 1 ||
        EVP_DecryptFinal_ex(context.get(), writable(plain) + size, &rest) != 1) {
        OPENSSL_cleanse(plain.data(), plain.size());
        return std::nullopt;
    }
    plain.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
    return plain;
}

}  // namespace jwt
