// Names that nobody can guess.
#pragma once

#include <string>

namespace nginx {

// 128 random bits in base64url: IDs of sessions and tokens. Throws std::runtime_error where OpenSSL
// has none.
std::string random_id();

}  // namespace nginx
