// Patterns of keys: "*", "?", "[a-z]", "[^a]" and a backslash before what means itself.
#pragma once

#include <string_view>

namespace store {

bool matches(std::string_view pattern, std::string_view text);

}  // namespace store
