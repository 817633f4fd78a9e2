// The tokens that a command is about: the operand, or each line of the standard input.
#pragma once

#include <functional>
#include <string_view>

#include "command_line.hpp"

namespace ctl {

// The command's status for each; gives the worst. Throws Failure where there is no token, or one in
// both places.
int for_each_token(const CommandLine& line, const std::function<int(std::string_view)>& take);

}  // namespace ctl
