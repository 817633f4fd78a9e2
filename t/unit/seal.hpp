// Encrypted tokens made on the spot, for what no library would make.
#pragma once

#include <string>
#include <string_view>

#include "../../src/jwt/content_cipher.hpp"
#include "mint.hpp"

namespace seal {

struct Parts {
    std::string header;  // as it stands in the token
    std::string key;     // none where the key is agreed upon
    std::string iv;
    std::string ciphertext;
    std::string tag;

    std::string text() const {
        return header + '.' + key + '.' + jwt::base64url_encode(iv) + '.' +
               jwt::base64url_encode(ciphertext) + '.' + jwt::base64url_encode(tag);
    }
};

// What the cipher makes of it.
inline std::string encrypt(EVP_CIPHER_CTX* context, std::string_view plain) {
    std::string bytes(plain.size() + EVP_MAX_BLOCK_LENGTH, '\0');
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    int size = 0;
    int rest = 0;
    mint::expect(EVP_EncryptUpdate(context, out, &size, jwt::octets(plain),
                                   static_cast<int>(plain.size())) == 1 &&
                 EVP_EncryptFinal_ex(context, out + size, &rest) == 1);
    bytes.resize(static_cast<std::size_t>(size + rest));
    return bytes;
}

inline Parts gcm(std::string_view key, const std::string& header, std::string_view plain) {
    Parts parts;
    parts.header = jwt::base64url_encode(header);
    parts.iv = std::string(12, 'i');
    const jwt::CipherContext context(EVP_CIPHER_CTX_new());
    int size = 0;
    mint::expect(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), jwt::octets(key),
                                     jwt::octets(parts.iv), nullptr) == 1 &&
                 EVP_EncryptUpdate(context.get(), nullptr, &size, jwt::octets(parts.header),
                                   static_cast<int>(parts.header.size())) == 1);
    parts.ciphertext = encrypt(context.get(), plain);
    parts.tag.resize(16);
    mint::expect(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, parts.tag.data()) ==
                 1);
    return parts;
}

// The tag over the parts as they are.
inline std::string cbc_tag(std::string_view key, const Parts& parts) {
    std::string covered = parts.header + parts.iv + parts.ciphertext;
    const std::size_t bits = parts.header.size() * 8;
    covered += std::string(6, '\0') + static_cast<char>(bits >> 8) + static_cast<char>(bits & 0xff);
    return mint::hmac(EVP_sha512(), key.substr(0, 32), covered).substr(0, 32);
}

inline Parts cbc(std::string_view key, const std::string& header, std::string_view plain,
                 bool padded = true) {  // false: the text is whole blocks
    Parts parts;
    parts.header = jwt::base64url_encode(header);
    parts.iv = std::string(16, 'i');
    const jwt::CipherContext context(EVP_CIPHER_CTX_new());
    mint::expect(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_cbc(), jwt::octets(key.substr(32)),
                                     jwt::octets(parts.iv), nullptr) == 1 &&
                 EVP_CIPHER_CTX_set_padding(context.get(), padded ? 1 : 0) == 1);
    parts.ciphertext = encrypt(context.get(), plain);
    parts.tag = cbc_tag(key, parts);
    return parts;
}

}  // namespace seal
