// The counters in Prometheus's text format, version 0.0.4.
#pragma once

#include <string>

#include "snapshot.hpp"

namespace status {

std::string prometheus(const Snapshot& snapshot);

}  // namespace status
