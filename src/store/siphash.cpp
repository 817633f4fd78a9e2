#include "siphash.hpp"

#include <openssl/err.h>

#include <cstddef>
#include <stdexcept>

namespace store {
namespace {

// Fetched once a process: OpenSSL's own look-ups cost more than the digest.
EVP_MAC* algorithm() {
    static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> fetched(
        EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
    return fetched.get();
}

}  // namespace

std::array<std::uint64_t, 2> SipHash::operator()(const Seed& seed, std::string_view text) {
    if (context_ == nullptr) {
        context_.reset(EVP_MAC_CTX_new(algorithm()));
    }
    std::array<std::uint64_t, 2> digest{};
    std::size_t size = 0;
    EVP_MAC_CTX* const own = context_.get();
    if (own == nullptr ||
        EVP_MAC_init(own, reinterpret_cast<const unsigned char*>(seed.data()), sizeof(seed),
                     nullptr) != 1 ||
        EVP_MAC_update(own, reinterpret_cast<const unsigned char*>(text.data()), text.size()) !=
            1 ||
        EVP_MAC_final(own, reinterpret_cast<unsigned char*>(digest.data()), &size,
                      sizeof(digest)) != 1 ||
        size != sizeof(digest)) {
        ERR_clear_error();
        throw std::runtime_error("SipHash failed");
    }
    return digest;
}

}  // namespace store
