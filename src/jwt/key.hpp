// One key: what it verifies, and whether it could sign.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "algorithm.hpp"
#include "secret.hpp"

namespace jwt {

struct KeyOptions {
    std::string id;                     // the version it stands for, the "kid" of its tokens
    std::string algorithm;              // empty: the default of the key's type
    bool in_set = false;                // one of a key set, which has no order
    Encoding encoding = Encoding::raw;  // of an HMAC secret; PEM has its own
    std::optional<std::int64_t> until;  // Unix time after which it verifies nothing
};

class Key {
public:
    // Reads a PEM key, or an HMAC secret where the bytes are no PEM. The error says what is wrong
    // and how to mend it, without a byte of the key. `warnings` gets what is weak but usable.
    static std::variant<Key, std::string> read(const KeyOptions& options, std::string_view bytes,
                                               std::vector<std::string>& warnings);

    // An HMAC secret (decoded) or a public key, of which it takes its own reference, to verify
    // only; for key sets.
    static std::variant<Key, std::string> from_secret(KeyOptions options, std::string_view secret);
    static std::variant<Key, std::string> from_public(KeyOptions options, EVP_PKEY* pkey);

    const std::string& id() const { return options_.id; }
    const Algorithm& algorithm() const { return *algorithm_; }
    bool can_sign() const { return seal_ != nullptr; }
    bool in_set() const { return options_.in_set; }
    bool accepted_at(std::int64_t now) const { return !options_.until || now <= *options_.until; }

    // Bytes that are the same for the same key, algorithm and ID only; no secret can be told from
    // them. Empty where OpenSSL fails.
    std::string fingerprint() const;

    // Whether the signature, as it stands in a token, is this key's over the bytes. Exact lengths
    // are checked before anything is computed; MACs are compared in constant time; OpenSSL's error
    // queue is left empty.
    bool verifies(std::string_view bytes, std::string_view signature) const;

    // The key's signature over the bytes; nothing where it cannot sign, or OpenSSL fails.
    std::optional<std::string> sign(std::string_view bytes) const;

    // A MAC that whoever has the same key computes alike (HMAC-SHA256), whatever its algorithm,
    // under a secret derived from it: no signature of a token is ever such a MAC. Nothing as in
    // sign().
    std::optional<std::string> seal(std::string_view bytes) const;

    // A key of that many bytes, derived from an HMAC secret by HKDF-SHA256 as others who have it
    // do; nothing for keys of another type, or where OpenSSL fails.
    std::optional<std::string> derive(std::string_view salt, std::string_view info,
                                      std::size_t bytes) const;

    // HMAC-SHA256 under an HMAC secret itself, whatever its algorithm: what web frameworks sign
    // their cookies with. Nothing for other keys, or where OpenSSL fails.
    std::optional<std::string> cookie_mac(std::string_view bytes) const;
    bool signs_cookies() const { return cookie_mac_ != nullptr; }

private:
    Key(KeyOptions options, const Algorithm& algorithm);

    static std::variant<Key, std::string> read_pem_key(const KeyOptions& options,
                                                       std::string_view text);

    // From now on it signs; `secret` is what nobody but its holders knows. False where OpenSSL
    // fails.
    bool hold(std::string_view secret);

    KeyOptions options_;
    const Algorithm* algorithm_;
    std::string secret_;                       // hmac: for what is derived from it
    std::shared_ptr<EVP_MAC_CTX> mac_;         // hmac: keyed once for all uses
    std::shared_ptr<EVP_MAC_CTX> cookie_mac_;  // hmac: the same with SHA-256
    std::shared_ptr<EVP_PKEY> pkey_;           // all others
    std::shared_ptr<EVP_MD_CTX> verifier_;     // with it
    std::shared_ptr<EVP_MD_CTX> signer_;       // … and where it is private
    std::shared_ptr<EVP_MAC_CTX> seal_;        // where it can sign
};

}  // namespace jwt
