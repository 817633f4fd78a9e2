// A keyspace in memory of its own, and whether all that is in it hangs together.
#pragma once

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <cstddef>
#include <set>
#include <string>

#include "../../src/store/keyspace.hpp"

namespace stores {

inline constexpr std::int64_t kNow = 1800000000;
inline constexpr store::Seed kSeed = {1, 2};

// Shared with the processes that are forked from here on.
class Memory {
public:
    explicit Memory(std::size_t bytes)
        : bytes_(bytes),
          memory_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
        REQUIRE(memory_ != MAP_FAILED);
        REQUIRE(store::Keyspace::format(memory_, bytes, kSeed));
    }
    ~Memory() { munmap(memory_, bytes_); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    void* get() const { return memory_; }
    store::Keyspace keyspace() const { return store::Keyspace(memory_); }

private:
    std::size_t bytes_;
    void* memory_;
};

// Walks the blocks of the arena, its free lists and all that the buckets reach: what is wrong, or
// nothing. Every block that is in use must be reached, once.
std::string flaw(const Memory& memory);

}  // namespace stores
