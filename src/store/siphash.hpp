// SipHash-2-4 with 128 bits: digests that nobody who does not know the seed can make collide.
// By OpenSSL, through a context of one's own: an object serves one thread at a time.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "region.hpp"

namespace store {

class SipHash {
public:
    // Throws std::runtime_error where OpenSSL fails.
    std::array<std::uint64_t, 2> operator()(const Seed& seed, std::string_view text);

private:
    struct Free {
        void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
    };
    std::unique_ptr<EVP_MAC_CTX, Free> context_;  // none before the first digest
};

}  // namespace store
