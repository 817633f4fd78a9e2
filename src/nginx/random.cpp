#include "random.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "../jwt/base64url.hpp"

namespace nginx {

std::string random_id() {
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        ERR_clear_error();
        throw std::runtime_error("no random bytes");
    }
    return jwt::base64url_encode({reinterpret_cast<const char*>(bytes), sizeof(bytes)});
}

}  // namespace nginx
