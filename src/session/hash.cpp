#include "hash.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "../jwt/base64url.hpp"

namespace session {
namespace {

struct Sha256 {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
};

// The algorithm is fetched once a process: OpenSSL's own look-ups cost more than the digest.
const EVP_MD* algorithm() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched(
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
    return fetched.get();
}

EVP_MD_CTX* context() {
    static const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> made(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
    return made.get();
}

Sha256 sha256(std::string_view first, std::string_view second) {
    Sha256 digest;
    EVP_MD_CTX* const own = context();
    if (own == nullptr || algorithm() == nullptr ||
        EVP_DigestInit_ex(own, algorithm(), nullptr) != 1 ||
        EVP_DigestUpdate(own, first.data(), first.size()) != 1 ||
        EVP_DigestUpdate(own, second.data(), second.size()) != 1 ||
        EVP_DigestFinal_ex(own, digest.bytes.data(), &digest.size) != 1) {
        ERR_clear_error();
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

}  // namespace

std::string hash_of(std::string_view text) {
    const Sha256 digest = sha256(text, {});
    return jwt::base64url_encode({reinterpret_cast<const char*>(digest.bytes.data()), digest.size});
}

std::array<std::uint64_t, 2> digest_of(std::string_view first, std::string_view second) {
    const Digest256 words = digest256_of(first, second);
    return {words[0], words[1]};
}

Digest256 digest256_of(std::string_view first, std::string_view second) {
    const Sha256 digest = sha256(first, second);
    Digest256 words{};
    std::memcpy(words.data(), digest.bytes.data(), sizeof(words));
    return words;
}

}  // namespace session
