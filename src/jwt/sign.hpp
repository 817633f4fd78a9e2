// Claims and a key: a token (RFC 7515, section 3.1).
#pragma once

#include <optional>
#include <string>

#include "key.hpp"
#include "payload.hpp"

namespace jwt {

// The compact JWS with the header {"alg","typ":"JWT","kid"}; nothing where the key cannot sign or
// OpenSSL fails.
std::optional<std::string> sign_token(const Key& key, const Payload& payload);

}  // namespace jwt
