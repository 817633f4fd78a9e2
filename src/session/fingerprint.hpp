// What a token that was once found good was judged by.
#pragma once

#include <string>

#include "policy.hpp"

namespace session {

// The same for the same keys and rules only; empty where OpenSSL fails. No secret can be told from
// it.
std::string fingerprint_of(const Policy& policy);

}  // namespace session
