// The counters as JSON; README has the schema.
#pragma once

#include <string>

#include "snapshot.hpp"

namespace status {

std::string json(const Snapshot& snapshot);

}  // namespace status
