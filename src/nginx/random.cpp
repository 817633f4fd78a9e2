#include "random.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

#include "../jwt/base64url.hpp"

namespace nginx {

namespace {

template <std::size_t Size>
void fill(unsigned char (&bytes)[Size]) {
    if (RAND_bytes(bytes, Size) != 1) {
        ERR_clear_error();
        throw std::runtime_error("no random bytes");
    }
}

}  // namespace

std::string random_id() {
    unsigned char bytes[16];
    fill(bytes);
    return jwt::base64url_encode({reinterpret_cast<const char*>(bytes), sizeof(bytes)});
}

std::array<std::uint64_t, 2> random_words() {
    std::array<std::uint64_t, 2> words;
    unsigned char bytes[sizeof(words)];
    fill(bytes);
    std::memcpy(words.data(), bytes, sizeof(bytes));
    return words;
}

}  // namespace nginx
