// The keys of places whose tokens are encrypted.
#pragma once

#include <optional>
#include <vector>

#include "../jwt/derived_key.hpp"
#include "policy.hpp"

namespace session {

// Those that open the source's tokens, of every HMAC secret of the realm; nothing where OpenSSL
// fails.
std::optional<std::vector<jwt::DerivedKey>> derive_keys(const Policy& policy,
                                                        const TokenSource& source);

}  // namespace session
