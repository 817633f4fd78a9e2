// What a token that was once found good was judged by.
#pragma once

#include <string>
#include <string_view>

#include "policy.hpp"

namespace session {

// The same for the same keys and rules only; empty where OpenSSL fails. No secret can be told from
// it.
std::string fingerprint_of(const Policy& policy);

// The same for a place of that realm whose tokens have a form of their own, so that a token that is
// good in one place is not taken for good in another; empty where it has not.
std::string fingerprint_of(const TokenSource& source, std::string_view realm);

}  // namespace session
