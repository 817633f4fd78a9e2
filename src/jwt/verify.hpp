// A token, the keys and the time: verified claims, or why not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims.hpp"
#include "keyring.hpp"
#include "refusal.hpp"

namespace jwt {

// Which claims play these parts.
struct ClaimNames {
    std::string subject = "sub";
    std::string id = "jti";
    std::string session = "sid";
    std::string tenant = "tenant";
    std::string version = "version";
};

// What the claims of a verified token must satisfy. Times are seconds.
struct Rules {
    ClaimNames names;
    std::string issuer;                 // empty: not checked
    std::vector<std::string> audience;  // empty: not checked; else any of them
    // Names of claims; nothing: "exp" and the subject.
    std::optional<std::vector<std::string>> required;
    std::int64_t leeway = 0;              // for "exp", "nbf" and "iat"
    std::optional<std::int64_t> max_age;  // since "iat"
    bool logout = false;                  // for logout tokens, and no others; false: never for them
};

// How far the token came. A refusal after the signature was verified leaves the claims there: they
// are the issuer's word, for logs and dry runs, but no session.
struct Verification {
    std::optional<Refusal> refusal;  // nothing: the token is valid
    const Key* key = nullptr;        // the one that verified the signature, owned by the keyring
    std::optional<Claims> header;    // set with `key`
    std::optional<Claims> claims;    // set with `key`
    std::int64_t issued = 0;         // "iat", 0 without one
    std::int64_t expires = 0;        // "exp", 0 without one
};

Verification verify(std::string_view token, const Keyring& keyring, const Rules& rules,
                    std::int64_t now);

// The same of a token whose signature is known to be that key's.
Verification verify_signed(std::string_view token, const Key& key, const Rules& rules,
                           std::int64_t now);

// The same of a token that was encrypted, by whoever has that key's secret.
Verification verify_opened(Claims header, Claims claims, const Key& key, const Rules& rules,
                           std::int64_t now);

// What has to hold of a good token at each time again.
bool is_expired_at(std::int64_t issued, std::int64_t expires, const Rules& rules, std::int64_t now);

}  // namespace jwt
