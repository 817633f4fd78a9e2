#include "form.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "return_url.hpp"

namespace session {
namespace {

std::optional<std::string> decode(std::string_view text) {
    std::string blanks(text);
    std::replace(blanks.begin(), blanks.end(), '+', ' ');
    return percent_decode(blanks);
}

}  // namespace

std::optional<FormFields> parse_form(std::string_view text) {
    FormFields fields;
    while (!text.empty()) {
        std::string_view value = cut(text, '&');
        if (value.empty()) {
            continue;
        }
        auto name = decode(cut(value, '='));
        auto decoded = decode(value);
        if (!name || !decoded) {
            return std::nullopt;
        }
        fields.emplace_back(std::move(*name), std::move(*decoded));
    }
    return fields;
}

std::optional<std::string> only_field(const FormFields& fields, std::string_view name) {
    const auto is_named = [name](const auto& field) { return field.first == name; };
    const auto found = std::find_if(fields.begin(), fields.end(), is_named);
    if (found == fields.end() || std::find_if(found + 1, fields.end(), is_named) != fields.end()) {
        return std::nullopt;
    }
    return found->second;
}

}  // namespace session
