// What the command line says of a realm: its keys, its rules, how its store is written.
#pragma once

#include <cstdint>
#include <vector>

#include "../session/policy.hpp"
#include "command_line.hpp"

namespace ctl {

extern const std::vector<Option> kKeyOptions;
extern const std::vector<Option> kRuleOptions;
extern const std::vector<Option> kStoreOptions;

// Throws Failure where an option, or what it leads to, is not as it should be; what is weak but
// usable is said on standard error.
session::Policy read_policy(const CommandLine& line);

// The same where there must be a key.
session::Policy read_policy_with_keys(const CommandLine& line);

}  // namespace ctl
