#include "pkey.hpp"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>

namespace jwt {

namespace {

constexpr int kMinRsaBits = 2048;

constexpr std::string_view kBegin = "-----BEGIN ";

// Called for an encrypted key, where OpenSSL's own would ask at the terminal.
int refuse_to_ask(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Pkey build(const char* type, OSSL_PARAM_BLD* builder) {
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return Pkey(key);
}

BigNumber number(std::string_view bytes) {
    return BigNumber(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

// What the function writes of the key into memory of that kind; empty where OpenSSL fails.
template <typename Write>
std::string written(const BIO_METHOD* memory, Write write, EVP_PKEY* key) {
    const ErrorQueueGuard guard;
    const Bio out(BIO_new(memory));
    char* bytes = nullptr;
    if (out == nullptr || write(out.get(), key) != 1) {
        return {};
    }
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

bool is_pem(std::string_view text) {
    return text.find(kBegin) != std::string_view::npos;
}

std::variant<PemKey, std::string> read_pem(std::string_view text) {
    const ErrorQueueGuard guard;
    text.remove_prefix(std::min(text.find(kBegin), text.size()));
    const auto open = [text] {
        return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    };
    bool asked = false;
    Pkey key(PEM_read_bio_PrivateKey(open().get(), nullptr, refuse_to_ask, &asked));
    if (key != nullptr) {
        return PemKey{std::move(key), true};
    }
    if (asked) {
        return "the PEM key is encrypted: store it decrypted, as \"openssl pkey\" writes it";
    }
    key.reset(PEM_read_bio_PUBKEY(open().get(), nullptr, refuse_to_ask, &asked));
    if (key != nullptr) {
        return PemKey{std::move(key), false};
    }
    return "the PEM text holds no private and no public key that OpenSSL can read: make one with "
           "\"openssl genpkey\" or \"openssl pkey -pubout\"";
}

std::string private_bytes(EVP_PKEY* key) {
    return written(BIO_s_secmem(), i2d_PrivateKey_bio, key);
}

std::string public_bytes(EVP_PKEY* key) {
    return written(BIO_s_mem(), i2d_PUBKEY_bio, key);
}

Pkey make_rsa_key(std::string_view modulus, std::string_view exponent) {
    const ErrorQueueGuard guard;
    const BigNumber n = number(modulus);
    const BigNumber e = number(exponent);
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (n == nullptr || e == nullptr || builder == nullptr ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return build("RSA", builder.get());
}

Pkey make_ec_key(const char* group, std::string_view x, std::string_view y) {
    const ErrorQueueGuard guard;
    std::string point(1, static_cast<char>(POINT_CONVERSION_UNCOMPRESSED));
    point.append(x).append(y);
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (builder == nullptr ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    return build("EC", builder.get());
}

Pkey make_edwards_key(const char* name, std::string_view x) {
    const ErrorQueueGuard guard;
    return Pkey(EVP_PKEY_new_raw_public_key_ex(nullptr, name, nullptr, octets(x), x.size()));
}

bool Kind::fits(const Algorithm& algorithm) const {
    if (type == KeyType::rsa && algorithm.type == KeyType::rsa_pss) {
        return true;
    }
    return type == algorithm.type && (algorithm.curve == nullptr || curve == algorithm.curve);
}

std::string Kind::text() const {
    switch (type) {
        case KeyType::hmac:
            return "an HMAC secret";
        case KeyType::rsa:
            return "an RSA key";
        case KeyType::rsa_pss:
            return "an RSASSA-PSS key";
        case KeyType::ec:
            return "an EC key on " + curve;
        case KeyType::eddsa:
            break;
    }
    return "an EdDSA key";
}

std::optional<Kind> kind_of(const EVP_PKEY* key) {
    const ErrorQueueGuard guard;
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        return Kind{KeyType::rsa, {}};
    }
    if (EVP_PKEY_is_a(key, "RSA-PSS") == 1) {
        return Kind{KeyType::rsa_pss, {}};
    }
    if (EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1) {
        return Kind{KeyType::eddsa, {}};
    }
    std::array<char, 80> group{};
    std::size_t length = 0;
    if (EVP_PKEY_is_a(key, "EC") == 1 &&
        EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1) {
        return Kind{KeyType::ec, std::string(group.data(), length)};
    }
    return std::nullopt;
}

std::optional<std::string> pkey_problem(EVP_PKEY* key) {
    const ErrorQueueGuard guard;
    const bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;
    if (is_rsa && EVP_PKEY_get_bits(key) < kMinRsaBits) {
        return "the RSA key has " + std::to_string(EVP_PKEY_get_bits(key)) +
               " bits, fewer than 2048: make one with \"openssl genpkey -algorithm RSA "
               "-pkeyopt rsa_keygen_bits:2048\"";
    }
    const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (context == nullptr || EVP_PKEY_public_check(context.get()) != 1) {
        return "the public key is not sound: make a new one";
    }
    return std::nullopt;
}

}  // namespace jwt
