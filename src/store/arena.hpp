// Blocks of memory in a region: good fit in constant time, neighbours that are free are one block.
// All that it writes is noted, so that it goes back with the rest.
//
// Source: M. Masmano and others, "TLSF: a new dynamic memory allocator for real-time systems", 2004
#pragma once

#include <cstddef>
#include <cstdint>

#include "region.hpp"

namespace store {

// What a block holds, for who frees it and all that hangs on it.
enum class Kind : std::uint8_t {
    leaf,  // nothing hangs on it
    list,  // word 1: how many blocks it names, each by the first of three words from word 2 on
    node,  // word 5: a block, where word 4 says so by kHasBlock
};

inline constexpr std::uint64_t kHasBlock = 0x80;

// For what memory is wanted: each leaves a reserve to the ones behind it.
enum class Purpose : std::uint8_t { record, upkeep, mark };

class Arena {
public:
    explicit Arena(Region region) : region_(region) {}

    void format();  // of a region that was just formatted

    // The offset of as many bytes, which hold anything; 0 where they are not to be had.
    Offset allocate(std::size_t bytes, Kind kind, Purpose purpose);

    // The block is unreachable once the change is committed; its first word is overwritten.
    void discard(Offset block);

    // Frees what was discarded, in changes of its own: none may be open.
    void collect();

    Kind kind(Offset block) const;
    std::uint64_t capacity() const;
    std::uint64_t used() const;

private:
    std::uint64_t header(Offset block) const { return region_.get(block - sizeof(Word)); }
    void put_header(Offset block, std::uint64_t value) { region_.put(block - sizeof(Word), value); }
    Offset find(std::size_t bytes) const;
    void link(Offset block, std::uint64_t size);
    void unlink(Offset block);
    void split(Offset block, std::uint64_t size, Kind kind);
    void free(Offset block);
    void collect_one(Offset block);

    Region region_;
};

}  // namespace store
