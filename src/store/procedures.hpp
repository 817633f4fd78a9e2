// What the scripts of session records do, against the keyspace: each answers what its Lua source
// answers in Redis, to the same keys and arguments (see session/scripts.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"
#include "keyspace.hpp"

namespace store {

// EVAL: its source, how many keys, the keys, the arguments.
class Invocation {
public:
    explicit Invocation(const redis::Arguments& command, std::size_t keys)
        : command_(command), keys_(keys) {}

    // Counted from 1, as in Lua; empty where there is none.
    const std::string& key(std::size_t index) const { return at(kFirstKey + index); }
    const std::string& argument(std::size_t index) const { return at(kFirstKey + keys_ + index); }
    std::size_t arguments() const { return command_.size() - kFirstKey - 1 - keys_; }

private:
    static constexpr std::size_t kFirstKey = 2;  // less one

    const std::string& at(std::size_t index) const;

    const redis::Arguments& command_;
    std::size_t keys_;
};

using Procedure = redis::Reply (*)(Keyspace& keyspace, const Invocation& call);

// By the name that session::scripts() has for it; null where there is none.
Procedure find_procedure(std::string_view name);

}  // namespace store
