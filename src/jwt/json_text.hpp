// A text as JSON spells it.
#pragma once

#include <string>
#include <string_view>

namespace jwt {

// In quotes, what JSON does not allow escaped; bytes that are no UTF-8 become U+FFFD.
std::string json_text(std::string_view text);

}  // namespace jwt
