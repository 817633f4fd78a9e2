// OpenSSL's objects, held from the first line on.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>

#include <memory>
#include <string_view>

namespace jwt {

template <auto function>
struct ReleaseWith {
    template <typename T>
    void operator()(T* object) const {
        function(object);
    }
};

template <typename T, auto function>
using Held = std::unique_ptr<T, ReleaseWith<function>>;

using Bio = Held<BIO, BIO_free>;
using BigNumber = Held<BIGNUM, BN_free>;
using Cipher = Held<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContext = Held<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using DigestContext = Held<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcdsaSignature = Held<ECDSA_SIG, ECDSA_SIG_free>;
using Kdf = Held<EVP_KDF, EVP_KDF_free>;
using KdfContext = Held<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using Mac = Held<EVP_MAC, EVP_MAC_free>;
using MacContext = Held<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using ParamBuilder = Held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Held<OSSL_PARAM, OSSL_PARAM_free>;
using Pkey = Held<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Held<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

// Stands where OpenSSL may fail: errors left in the queue would be reported by nginx's TLS as its
// own.
class ErrorQueueGuard {
public:
    ErrorQueueGuard() = default;
    ErrorQueueGuard(const ErrorQueueGuard&) = delete;
    ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
    ~ErrorQueueGuard() { ERR_clear_error(); }
};

inline const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace jwt
