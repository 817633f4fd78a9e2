#include "siphash.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <stdexcept>

namespace store {
namespace {

// Fetched once a process: OpenSSL's own look-ups cost more than the digest. A context for each
// thread: those that write the file of the store digest keys beside the worker.
EVP_MAC_CTX* context() {
    static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
        EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
    static thread_local const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> made(
        EVP_MAC_CTX_new(algorithm.get()), EVP_MAC_CTX_free);
    return made.get();
}

}  // namespace

std::array<std::uint64_t, 2> siphash(const Seed& seed, std::string_view text) {
    std::array<std::uint64_t, 2> digest{};
    std::size_t size = 0;
    EVP_MAC_CTX* const own = context();
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
