// Memory that processes share, in which a change is made whole or not at all: what a word was is
// noted before it is written. Who fails half way takes the notes back; who is killed leaves them to
// the next one that writes.
//
// One process at a time writes, under a lock that the caller brings. Readers that hold none look at
// the version before and behind: it is odd while a change is open.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace store {

using Offset = std::uint64_t;  // bytes from the begin of the region; 0 is nowhere
using Word = std::atomic<std::uint64_t>;
using Seed = std::array<std::uint64_t, 2>;

static_assert(Word::is_always_lock_free && sizeof(Word) == sizeof(std::uint64_t),
              "a lock of a killed process would stay in shared memory");

inline constexpr std::size_t kClasses = 320;  // of the sizes of free blocks
inline constexpr std::size_t kWordBits = 64;

struct Header {
    Word magic;
    Word bytes;
    Word version;
    Word noted;  // how many notes there are
    Word notes;  // where they begin
    Word most_notes;
    Word seed[2];  // of the digests of keys
    Word buckets;  // where they begin
    Word bucket_count;
    Word arena;  // where it begins and ends
    Word arena_end;
    Word used;     // bytes of the arena
    Word garbage;  // blocks that nobody reaches any more
    Word keys;
    Word swept;   // the bucket that is swept next
    Word closed;  // 1: what is there was carried elsewhere, and is only read
    Word free_classes[kClasses / kWordBits];
    Word free_blocks[kClasses];
};

class Region {
public:
    Region() = default;
    explicit Region(void* memory) : memory_(static_cast<unsigned char*>(memory)) {}

    // Lays out an empty region; false where it is too small for anything. `seed` is random.
    static bool format(void* memory, std::size_t bytes, const Seed& seed);

    Header& header() const { return *reinterpret_cast<Header*>(memory_); }
    // Whether the bytes at that place are the region's: for who reads without a lock.
    bool has(Offset at, std::size_t bytes) const;

    std::uint64_t get(Offset at) const { return word(at).load(std::memory_order_relaxed); }
    char* text(Offset at) const { return reinterpret_cast<char*>(memory_ + at); }

    // A word that others may reach.
    void put(Offset at, std::uint64_t value);
    // One that is written behind the back of put(), for it belongs to nobody, but did before.
    void note(Offset at);
    // One that nobody reaches yet.
    void set(Offset at, std::uint64_t value) { word(at).store(value, std::memory_order_relaxed); }

    bool is_open() const { return header().version.load(std::memory_order_relaxed) % 2 != 0; }
    std::size_t room() const;  // for further notes
    void commit();
    void roll_back();

private:
    Word& word(Offset at) const { return *reinterpret_cast<Word*>(memory_ + at); }
    void close();

    unsigned char* memory_ = nullptr;
};

}  // namespace store
