// The form of the tokens that a command is about, as a "token" directive has it.
#pragma once

#include <vector>

#include "../session/policy.hpp"
#include "command_line.hpp"

namespace ctl {

extern const std::vector<Option> kFormOptions;

// Throws Failure where the options do not go together, or lack a key that the form needs.
session::TokenSource read_source(const CommandLine& line, const session::Policy& policy);

}  // namespace ctl
