#include "format.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace status {
namespace {

constexpr std::pair<std::string_view, Format> kWords[] = {
    {"json", Format::json},
    {"prometheus", Format::prometheus},
    {"html", Format::html},
};

constexpr std::pair<std::string_view, Format> kTypes[] = {
    {"application/json", Format::json},
    {"text/plain;version=0.0.4", Format::prometheus},
    {"text/html", Format::html},
};

// Lower case, without blanks: no type here has a quoted parameter.
std::string normalized(std::string_view text) {
    std::string normal;
    for (const char byte : text) {
        if (byte != ' ' && byte != '\t') {
            normal += static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
        }
    }
    return normal;
}

// Thousandths; 1000 where none is given.
unsigned weight(std::string_view range) {
    const std::size_t start = range.find(";q=");
    if (start == std::string_view::npos) {
        return 1000;
    }
    std::string_view value = range.substr(start + 3);
    value = value.substr(0, value.find(';'));
    unsigned weight = !value.empty() && value.front() == '1' ? 1000 : 0;
    unsigned unit = 100;
    for (std::size_t i = 2; i < value.size() && unit > 0; ++i, unit /= 10) {
        const bool digit = value[i] >= '0' && value[i] <= '9';
        weight += digit ? static_cast<unsigned>(value[i] - '0') * unit : 0;
    }
    return std::min(weight, 1000U);
}

// The type with its parameters, as far as they belong to it.
std::string_view type_of(std::string_view range) {
    return range.substr(0, range.find(";q="));
}

bool names(std::string_view type, std::string_view wanted) {
    return type == wanted ||
           (type.size() > wanted.size() && type.substr(0, wanted.size()) == wanted &&
            type[wanted.size()] == ';');
}

struct Choice {
    Format format = Format::json;
    unsigned weight = 0;
};

void consider(std::string_view range, Choice& best) {
    const std::string normal = normalized(range);
    for (const auto& [type, format] : kTypes) {
        const unsigned own = weight(normal);
        if (names(type_of(normal), type) && own > best.weight) {
            best = {format, own};
        }
    }
}

}  // namespace

std::optional<Format> find_format(std::string_view word) {
    for (const auto& [known, format] : kWords) {
        if (word == known) {
            return format;
        }
    }
    return std::nullopt;
}

Format preferred(const std::vector<std::string_view>& accept) {
    Choice best;
    for (std::string_view line : accept) {
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(','), line.size());
            consider(line.substr(0, end), best);
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }
    return best.format;
}

}  // namespace status
