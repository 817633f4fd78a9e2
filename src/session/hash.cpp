#include "hash.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <stdexcept>

#include "../jwt/base64url.hpp"

namespace session {

std::string hash_of(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
        ERR_clear_error();
        throw std::runtime_error("SHA-256 failed");
    }
    return jwt::base64url_encode({reinterpret_cast<const char*>(digest), size});
}

}  // namespace session
