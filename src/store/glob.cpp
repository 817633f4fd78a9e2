#include "glob.hpp"

#include <algorithm>
#include <utility>

namespace store {
namespace {

// Takes what stands for one byte off the pattern; whether that byte is one of those.
bool take_one(std::string_view& pattern, char byte) {
    const char first = pattern.front();
    pattern.remove_prefix(1);
    if (first == '?') {
        return true;
    }
    if (first == '\\' && !pattern.empty()) {
        const bool same = pattern.front() == byte;
        pattern.remove_prefix(1);
        return same;
    }
    if (first != '[') {
        return first == byte;
    }
    const bool other = !pattern.empty() && pattern.front() == '^';
    pattern.remove_prefix(other ? 1 : 0);
    bool found = false;
    while (!pattern.empty() && pattern.front() != ']') {
        if (pattern.front() == '\\' && pattern.size() > 1) {
            pattern.remove_prefix(1);
        }
        char low = pattern.front();
        char high = low;
        if (pattern.size() > 2 && pattern[1] == '-') {
            high = pattern[2];
            pattern.remove_prefix(2);
        }
        if (low > high) {
            std::swap(low, high);
        }
        found = found || (byte >= low && byte <= high);
        pattern.remove_prefix(1);
    }
    pattern.remove_prefix(pattern.empty() ? 0 : 1);
    return found != other;
}

}  // namespace

// Where it fails the last star takes one byte more; those before it never need to.
bool matches(std::string_view pattern, std::string_view text) {
    std::string_view star;
    std::string_view behind;
    bool starred = false;
    while (true) {
        if (!pattern.empty() && pattern.front() == '*') {
            pattern.remove_prefix(1);
            starred = true;
            star = pattern;
            behind = text;
            continue;
        }
        if (text.empty() && pattern.empty()) {
            return true;
        }
        if (!text.empty() && !pattern.empty() && take_one(pattern, text.front())) {
            text.remove_prefix(1);
            continue;
        }
        if (!starred || behind.empty()) {
            return false;
        }
        behind.remove_prefix(1);
        text = behind;
        pattern = star;
    }
}

}  // namespace store
