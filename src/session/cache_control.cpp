#include "cache_control.hpp"

#include <algorithm>

#include "ascii.hpp"

namespace session {
namespace {

// Commas in quoted lists of fields do not part directives.
std::vector<std::string_view> split(const std::vector<std::string_view>& values) {
    std::vector<std::string_view> directives;
    for (const std::string_view value : values) {
        std::size_t begin = 0;
        bool quoted = false;
        for (std::size_t i = 0; i <= value.size(); ++i) {
            if (i < value.size() && value[i] == '"') {
                quoted = !quoted;
            } else if (quoted && i + 1 < value.size() && value[i] == '\\') {
                ++i;
                continue;
            }
            if (i == value.size() || (value[i] == ',' && !quoted)) {
                const std::string_view directive = trim(value.substr(begin, i - begin));
                if (!directive.empty()) {
                    directives.push_back(directive);
                }
                begin = i + 1;
            }
        }
    }
    return directives;
}

std::string_view name_of(std::string_view directive) {
    return trim(cut(directive, '='));
}

bool is_for_shared_caches(std::string_view directive) {
    const auto is = [directive](std::string_view name) {
        return equals_ignoring_case(name_of(directive), name);
    };
    return is("public") || is("s-maxage") || is("proxy-revalidate") || is("private");
}

}  // namespace

bool is_not_shared(const std::vector<std::string_view>& values) {
    const std::vector<std::string_view> directives = split(values);
    const auto has = [&directives](std::string_view name) {
        return std::any_of(
            directives.begin(), directives.end(),
            [name](std::string_view directive) { return equals_ignoring_case(directive, name); });
    };
    // "must-understand" lets a cache that understands the status ignore "no-store".
    return has("private") || (has("no-store") && !has("must-understand"));
}

std::string make_private(const std::vector<std::string_view>& values) {
    std::string text = "private";
    for (const std::string_view directive : split(values)) {
        if (!is_for_shared_caches(directive)) {
            text.append(", ").append(directive);
        }
    }
    return text;
}

}  // namespace session
