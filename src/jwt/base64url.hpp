// Base64url without padding, as JOSE uses it (RFC 7515, section 2; RFC 4648, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jwt {

// The bytes, or nothing where the text is not the one canonical encoding of them: padding,
// characters outside the alphabet, an impossible length and stray bits in the last character are
// all refused.
std::optional<std::string> base64url_decode(std::string_view text);

std::string base64url_encode(std::string_view bytes);

}  // namespace jwt
