// The commands of Redis that the embedded store knows, each against the keyspace.
#pragma once

#include <cstddef>
#include <string_view>

#include "../redis/resp.hpp"
#include "keyspace.hpp"

namespace store {

struct Command {
    std::string_view name;
    std::size_t fewest;  // words, its name included
    std::size_t most;    // 0: any number
    bool writes;
    redis::Reply (*run)(Keyspace& keyspace, const redis::Arguments& command);
};

// The command with that name, in capital letters, and as many arguments as it takes; else throws
// Refused, as Redis would say it.
const Command* find_command(const redis::Arguments& command);

// Whether it may change something.
bool is_write(const redis::Arguments& command);

}  // namespace store
