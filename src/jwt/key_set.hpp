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

    // One a key that was skipped, for its "kty" is unknown, its "use" not "sig", its numbers
    // broken; and one a key that is weak but usable.
    std::vector<std::string> warnings;
};

// The set, or why it cannot be used: no JSON, no "keys", none of them usable. A key without "kid"
// gets its thumbprint (RFC 7638) for an id, which no token names by accident.
std::variant<KeySet, std::string> parse_key_set(std::string_view json);

}  // namespace jwt
