// Whether commands whose answers are lost, or that a server would not run, may be sent again.
#pragma once

#include <vector>

#include "commands.hpp"

namespace redis {

// Whether none of them changes anything.
bool is_read(const Arguments& command);
bool only_read(const Commands& commands);

// Whether a command came to a replica, which has changed nothing.
bool met_replica(const std::vector<Reply>& replies);

}  // namespace redis
