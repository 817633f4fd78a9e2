// The embedded store: executes the commands that the module asks Redis, in memory that processes
// share, and answers as Redis does. Whoever calls holds the lock of that memory.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "../redis/resp.hpp"
#include "keyspace.hpp"
#include "procedures.hpp"

namespace store {

using Procedures = std::vector<std::pair<std::string, Procedure>>;  // by the source of the script

class Engine {
public:
    // The memory was formatted by Keyspace::format().
    Engine(void* memory, Procedures procedures)
        : keyspace_(memory), procedures_(std::move(procedures)) {}

    // Each command is one step, in their order; what fails changes nothing and is an error reply.
    std::vector<redis::Reply> run(const std::vector<redis::Arguments>& commands, std::int64_t now);

    Keyspace& keyspace() { return keyspace_; }
    const Keyspace& keyspace() const { return keyspace_; }

private:
    redis::Reply run_one(const redis::Arguments& command, std::int64_t now);
    redis::Reply run_step(const redis::Arguments& command, std::int64_t now);
    redis::Reply run_procedure(const redis::Arguments& command);

    Keyspace keyspace_;
    Procedures procedures_;
};

}  // namespace store
