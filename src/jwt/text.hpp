// Bytes that must not reach a header, a log line or a key of the store as they are.
#pragma once

#include <algorithm>
#include <string_view>

namespace jwt {

inline constexpr char kDelete = '\x7f';

inline bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == kDelete;
}

inline bool has_control_bytes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_control);
}

}  // namespace jwt
