// Names and values as a query or a form spells them (application/x-www-form-urlencoded).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace session {

using FormFields = std::vector<std::pair<std::string, std::string>>;

// In their order, empty pieces left out, "+" being a blank. Nothing where an escape is none.
std::optional<FormFields> parse_form(std::string_view text);

// The value of the one field of that name; nothing where there is none, or there are several.
std::optional<std::string> only_field(const FormFields& fields, std::string_view name);

}  // namespace session
