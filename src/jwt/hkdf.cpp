#include "hkdf.hpp"

#include <openssl/core_names.h>

#include <array>

#include "openssl.hpp"

namespace jwt {

namespace {

OSSL_PARAM octet_string(const char* name, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

std::optional<std::string> hkdf_sha256(std::string_view secret, std::string_view salt,
                                       std::string_view info, std::size_t bytes) {
    const ErrorQueueGuard guard;
    const Kdf kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
    const KdfContext context(EVP_KDF_CTX_new(kdf.get()));
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 5> params = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        octet_string(OSSL_KDF_PARAM_KEY, secret),
        octet_string(OSSL_KDF_PARAM_SALT, salt),
        octet_string(OSSL_KDF_PARAM_INFO, info),
        OSSL_PARAM_construct_end(),
    };
    std::string derived(bytes, '\0');
    if (context == nullptr ||
        EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(derived.data()),
                       derived.size(), params.data()) != 1) {
        return std::nullopt;
    }
    return derived;
}

}  // namespace jwt
