#include "host.hpp"

#include <algorithm>
#include <cstddef>

#include "ascii.hpp"

namespace session {
namespace {

constexpr std::size_t kMaxNameBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kMaxLabelBytes &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

bool is_host_name(std::string_view text, bool last_dot) {
    if (last_dot && !text.empty() && text.back() == '.') {
        text.remove_suffix(1);
    }
    if (text.empty() || text.size() > kMaxNameBytes || text.back() == '.') {
        return false;
    }
    while (!text.empty()) {
        if (!is_label(cut(text, '.'))) {
            return false;
        }
    }
    return true;
}

}  // namespace session
