#include "signature.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "openssl.hpp"

namespace jwt {

namespace {

// PSS as RFC 7518, section 3.5, has it: MGF1 with the same digest, a salt as long as the digest.
bool set_padding(EVP_PKEY_CTX* context, const Algorithm& algorithm) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, algorithm.digest, nullptr) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

using Init = decltype(EVP_DigestVerifyInit_ex)*;

std::shared_ptr<EVP_MD_CTX> start(Init init, const Algorithm& algorithm, EVP_PKEY* key) {
    const ErrorQueueGuard guard;
    DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr;  // owned by the context
    if (context == nullptr ||
        init(context.get(), &settings, algorithm.digest, nullptr, nullptr, key, nullptr) <= 0 ||
        (algorithm.type == KeyType::rsa_pss && !set_padding(settings, algorithm))) {
        return nullptr;
    }
    return context;
}

// For one use; null where OpenSSL fails.
DigestContext copy(const EVP_MD_CTX* made) {
    DigestContext context(EVP_MD_CTX_new());
    return context != nullptr && EVP_MD_CTX_copy_ex(context.get(), made) == 1 ? std::move(context)
                                                                              : nullptr;
}

// R and S side by side (RFC 7518, section 3.4) as the DER that OpenSSL reads.
std::optional<std::string> to_der(std::string_view raw) {
    const int half = static_cast<int>(raw.size() / 2);
    BigNumber r(BN_bin2bn(octets(raw), half, nullptr));
    BigNumber s(BN_bin2bn(octets(raw) + half, half, nullptr));
    const EcdsaSignature signature(ECDSA_SIG_new());
    if (r == nullptr || s == nullptr || signature == nullptr ||
        ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) {
        return std::nullopt;
    }
    // They are the signature's now.
    static_cast<void>(r.release());
    static_cast<void>(s.release());

    unsigned char* encoded = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &encoded);
    if (length <= 0) {
        return std::nullopt;
    }
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> held(
        encoded, [](unsigned char* bytes) { OPENSSL_free(bytes); });
    return std::string(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length));
}

// The other way round.
std::optional<std::string> from_der(std::string_view der, std::size_t coordinate) {
    const unsigned char* bytes = octets(der);
    const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
    std::string raw(2 * coordinate, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    const int size = static_cast<int>(coordinate);
    if (signature == nullptr ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size) != size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + size, size) != size) {
        return std::nullopt;
    }
    return raw;
}

struct MacBytes {
    std::array<char, EVP_MAX_MD_SIZE> bytes{};
    std::size_t size = 0;  // 0 where OpenSSL fails
};

MacBytes compute_mac(EVP_MAC_CTX* keyed, std::string_view bytes) {
    MacBytes mac;
    if (EVP_MAC_init(keyed, nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(keyed, octets(bytes), bytes.size()) != 1 ||
        EVP_MAC_final(keyed, reinterpret_cast<unsigned char*>(mac.bytes.data()), &mac.size,
                      mac.bytes.size()) != 1) {
        const ErrorQueueGuard guard;
        return {};
    }
    return mac;
}

std::size_t signature_bytes(const Algorithm& algorithm, const EVP_MD_CTX* verifier) {
    if (algorithm.type == KeyType::ec) {
        return 2 * algorithm.coordinate;
    }
    auto* settings = EVP_MD_CTX_get_pkey_ctx(verifier);
    return static_cast<std::size_t>(EVP_PKEY_get_size(EVP_PKEY_CTX_get0_pkey(settings)));
}

}  // namespace

std::shared_ptr<EVP_MD_CTX> make_verifier(const Algorithm& algorithm, EVP_PKEY* key) {
    return start(EVP_DigestVerifyInit_ex, algorithm, key);
}

std::shared_ptr<EVP_MD_CTX> make_signer(const Algorithm& algorithm, EVP_PKEY* key) {
    return start(EVP_DigestSignInit_ex, algorithm, key);
}

bool signature_holds(const Algorithm& algorithm, const EVP_MD_CTX* verifier, std::string_view bytes,
                     std::string_view signature) {
    const ErrorQueueGuard guard;
    if (signature.size() != signature_bytes(algorithm, verifier)) {
        return false;
    }
    std::optional<std::string> der;
    if (algorithm.type == KeyType::ec) {
        der = to_der(signature);
        if (!der) {
            return false;
        }
        signature = *der;
    }
    const DigestContext context = copy(verifier);
    return context != nullptr &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes),
                            bytes.size()) == 1;
}

std::optional<std::string> make_signature(const Algorithm& algorithm, const EVP_MD_CTX* signer,
                                          std::string_view bytes) {
    const ErrorQueueGuard guard;
    const DigestContext context = copy(signer);
    std::size_t size = 0;
    if (context == nullptr ||
        EVP_DigestSign(context.get(), nullptr, &size, octets(bytes), bytes.size()) != 1) {
        return std::nullopt;
    }
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), out, &size, octets(bytes), bytes.size()) != 1) {
        return std::nullopt;
    }
    signature.resize(size);
    return algorithm.type == KeyType::ec ? from_der(signature, algorithm.coordinate)
                                         : std::optional(std::move(signature));
}

std::shared_ptr<EVP_MAC_CTX> make_mac(const char* digest, std::string_view secret) {
    const ErrorQueueGuard guard;
    const Mac mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    MacContext context(EVP_MAC_CTX_new(mac.get()));
    const std::array<OSSL_PARAM, 2> params = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
        OSSL_PARAM_construct_end(),
    };
    if (context == nullptr ||
        EVP_MAC_init(context.get(), octets(secret), secret.size(), params.data()) != 1) {
        return nullptr;
    }
    return context;
}

std::optional<std::string> make_mac_of(EVP_MAC_CTX* keyed, std::string_view bytes) {
    const MacBytes mac = compute_mac(keyed, bytes);
    return mac.size == 0 ? std::nullopt : std::optional(std::string(mac.bytes.data(), mac.size));
}

bool mac_holds(EVP_MAC_CTX* keyed, std::string_view bytes, std::string_view mac) {
    const MacBytes computed = compute_mac(keyed, bytes);
    return computed.size != 0 && computed.size == mac.size() &&
           CRYPTO_memcmp(computed.bytes.data(), mac.data(), mac.size()) == 0;
}

}  // namespace jwt
