// What "--help" says.
#pragma once

#include <string_view>

namespace ctl {

// Of a command, of the program where the name is empty.
void print_help(std::string_view command);

}  // namespace ctl
