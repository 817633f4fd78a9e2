// SHA-256 as the store's keys and records spell it.
#pragma once

#include <string>
#include <string_view>

namespace session {

// Unpadded base64url. Throws std::runtime_error where OpenSSL fails.
std::string hash_of(std::string_view text);

}  // namespace session
