// Where a session begins.
#pragma once

#include "../../session/record.hpp"

namespace nginx {

// A session of nobody yet, with an ID of its own, that begins now.
session::Beginning begin_now();

}  // namespace nginx
