#include "key.hpp"

#include <utility>

#include "hkdf.hpp"
#include "pkey.hpp"
#include "signature.hpp"

namespace jwt {

namespace {

// The algorithm is the operator's choice, never a token's; one that is of another type than the key
// would let whoever knows a public key sign with it as a secret.
std::variant<const Algorithm*, std::string> choose_algorithm(const std::string& wanted,
                                                             const Kind& kind) {
    const Algorithm* suited = default_algorithm(kind.type, kind.curve);
    if (suited == nullptr) {
        return kind.text() + " signs no tokens: use P-256, P-384 or P-521";
    }
    if (wanted.empty()) {
        return suited;
    }
    const Algorithm* algorithm = find_algorithm(wanted);
    if (algorithm != nullptr && kind.fits(*algorithm)) {
        return algorithm;
    }
    return "algorithm \"" + wanted + "\" is " +
           (algorithm == nullptr ? "unknown" : "not one of " + kind.text()) + ": use \"" +
           std::string(suited->name) + "\"" +
           (kind.type == KeyType::hmac ? ", or a key in PEM form" : "");
}

constexpr std::string_view kSealLabel = "auth_session: seal";
constexpr const char* kCannotUse = "OpenSSL does not take the key: check its configuration";

}  // namespace

Key::Key(KeyOptions options, const Algorithm& algorithm)
    : options_(std::move(options)), algorithm_(&algorithm) {}

std::variant<Key, std::string> Key::read(const KeyOptions& options, std::string_view bytes,
                                         std::vector<std::string>& warnings) {
    if (is_pem(bytes)) {
        return read_pem_key(options, bytes);
    }
    const auto secret = decode_secret(bytes, options.encoding);
    if (!secret) {
        return "the secret is not " + std::string(name(options.encoding)) +
               ": name the encoding it has, raw, hex, base64 or base64url";
    }
    auto result = from_secret(options, *secret);
    if (auto* key = std::get_if<Key>(&result)) {
        if (!key->hold(*secret)) {
            return kCannotUse;
        }
        if (auto weakness = secret_weakness(*secret)) {
            warnings.push_back(std::move(*weakness));
        }
    }
    return result;
}

std::variant<Key, std::string> Key::read_pem_key(const KeyOptions& options, std::string_view text) {
    if (options.encoding != Encoding::raw) {
        return "encoding \"" + std::string(name(options.encoding)) +
               "\" is for HMAC secrets, but this is a PEM key: leave it out";
    }
    auto pem = read_pem(text);
    if (auto* error = std::get_if<std::string>(&pem)) {
        return std::move(*error);
    }
    const auto& found = std::get<PemKey>(pem);
    auto result = from_public(options, found.pkey.get());
    if (auto* key = std::get_if<Key>(&result); key != nullptr && found.is_private) {
        const std::string secret = private_bytes(found.pkey.get());
        key->signer_ = make_signer(*key->algorithm_, found.pkey.get());
        if (key->signer_ == nullptr || secret.empty() || !key->hold(secret) ||
            !key->sign("a test")) {
            return kCannotUse;
        }
    }
    return result;
}

std::variant<Key, std::string> Key::from_secret(KeyOptions options, std::string_view secret) {
    if (secret.empty()) {
        return "the secret is empty: make one with \"openssl rand -hex 32\"";
    }
    const auto chosen = choose_algorithm(options.algorithm, Kind{KeyType::hmac, {}});
    if (const auto* error = std::get_if<std::string>(&chosen)) {
        return *error;
    }
    Key key(std::move(options), *std::get<const Algorithm*>(chosen));
    key.secret_ = secret;
    key.mac_ = make_mac(key.algorithm_->digest, secret);
    key.cookie_mac_ = make_mac("SHA256", secret);
    if (key.mac_ == nullptr || key.cookie_mac_ == nullptr) {
        return "OpenSSL does not take the secret for HMAC: check its configuration";
    }
    return key;
}

std::variant<Key, std::string> Key::from_public(KeyOptions options, EVP_PKEY* pkey) {
    const auto kind = kind_of(pkey);
    if (!kind) {
        return "the key is of a type that signs no tokens: use RSA, EC or Ed25519";
    }
    const auto chosen = choose_algorithm(options.algorithm, *kind);
    if (const auto* error = std::get_if<std::string>(&chosen)) {
        return *error;
    }
    if (auto problem = pkey_problem(pkey)) {
        return std::move(*problem);
    }
    Key key(std::move(options), *std::get<const Algorithm*>(chosen));
    key.verifier_ = make_verifier(*key.algorithm_, pkey);
    if (key.verifier_ == nullptr) {
        return "the key's own parameters do not permit \"" + std::string(key.algorithm_->name) +
               "\": name the algorithm that they permit, or use a plain RSA key";
    }
    EVP_PKEY_up_ref(pkey);
    key.pkey_ = Pkey(pkey);
    return key;
}

bool Key::hold(std::string_view secret) {
    const auto keyed = make_mac("SHA256", secret);
    const auto own = keyed == nullptr ? std::nullopt : make_mac_of(keyed.get(), kSealLabel);
    seal_ = own ? make_mac("SHA256", *own) : nullptr;
    return seal_ != nullptr;
}

std::string Key::fingerprint() const {
    constexpr std::string_view kLabel = "auth_session: fingerprint";
    const std::string own =
        mac_ != nullptr ? make_mac_of(mac_.get(), kLabel).value_or("") : public_bytes(pkey_.get());
    return own.empty() ? own : options_.id + '\n' + std::string(algorithm_->name) + '\n' + own;
}

bool Key::verifies(std::string_view bytes, std::string_view signature) const {
    if (mac_ != nullptr) {
        return mac_holds(mac_.get(), bytes, signature);
    }
    return signature_holds(*algorithm_, verifier_.get(), bytes, signature);
}

std::optional<std::string> Key::sign(std::string_view bytes) const {
    if (!can_sign()) {
        return std::nullopt;
    }
    return mac_ != nullptr ? make_mac_of(mac_.get(), bytes)
                           : make_signature(*algorithm_, signer_.get(), bytes);
}

std::optional<std::string> Key::seal(std::string_view bytes) const {
    return can_sign() ? make_mac_of(seal_.get(), bytes) : std::nullopt;
}

std::optional<std::string> Key::derive(std::string_view salt, std::string_view info,
                                       std::size_t bytes) const {
    return mac_ != nullptr ? hkdf_sha256(secret_, salt, info, bytes) : std::nullopt;
}

std::optional<std::string> Key::cookie_mac(std::string_view bytes) const {
    return signs_cookies() ? make_mac_of(cookie_mac_.get(), bytes) : std::nullopt;
}

}  // namespace jwt
