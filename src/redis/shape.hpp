// What a reply to a command can look like at all, whatever it says.
#pragma once

#include <cstdint>

#include "resp.hpp"

namespace redis {

// Of the replies to a command; null where they may be anything.
struct Shape;
const Shape* shape_of(const Arguments& command);

// False where no server answers the command, of that shape, so: the reply belongs to another one,
// and so may all that follow it. An error answers every command.
bool may_answer(const Reply& reply, const Arguments& command, const Shape* shape);

// A command whose reply is that of no other command, nor of a barrier of another number.
Arguments barrier(std::uint64_t number);

}  // namespace redis
