// What a reply to a command can look like at all, whatever it says.
#pragma once

#include <cstdint>

#include "resp.hpp"

namespace redis {

// False where no server answers the command so: the reply belongs to another one, and so may all
// that follow it. An error answers every command.
bool may_answer(const Reply& reply, const Arguments& command);

// A command whose reply is that of no other command, nor of a barrier of another number.
Arguments barrier(std::uint64_t number);

}  // namespace redis
