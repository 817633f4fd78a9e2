// A JSON Web Key Set (RFC 7517) of keys that verify.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "key.hpp"

namespace jwt {

struct KeySet {
    std::vector<Key> keys;
    std::vector<std::string> warnings;  // one a key that was skipped: unknown "kty", "use" other than "sig", broken
};

// The set, or why it cannot be used: no JSON, no "keys", none of them usable. A key without "kid" gets its
// thumbprint (RFC 7638) for an id, which no token names by accident.
std::variant<KeySet, std::string> parse_key_set(std::string_view json);

}  // namespace jwt
