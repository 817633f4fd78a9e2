// EVAL by its digest: the server has the source of a script that it has run before.
#pragma once

#include <vector>

#include "resp.hpp"

namespace redis {

bool is_script(const Arguments& command);

// The commands with EVALSHA, SHA-1 of the source, in place of each EVAL.
std::vector<Arguments> by_digest(std::vector<Arguments> commands);

// Whether the server has forgotten, or never had, a source: the commands have to be sent as they
// were.
bool wants_source(const std::vector<Reply>& replies);

}  // namespace redis
