// What is known of the store's keys, in memory that processes share: a table of fixed size.
//
// Readers take no lock. Writers hold one that the caller brings, and may be killed at any
// instruction: the slot that they were writing is then found half written, which every reader skips
// and the next writer takes. There are no links that could be left dangling.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cache {

// Of a key and of what it is a key of: 128 bits of SHA-256.
using Digest = std::array<std::uint64_t, 2>;

struct Answer {
    enum class Kind : std::uint8_t {
        none,
        absent,   // no such key
        revoked,  // the key is there
        mark,     // the key holds a time, `value`
    };

    Kind kind = Kind::none;
    std::int64_t value = 0;
    std::int64_t until = 0;   // Unix time when nobody asks any more; 0: not known
    std::uint64_t asked = 0;  // ms of the caller's clock, when the question was sent
    std::uint64_t epoch = 0;  // of the connection that tells what changes

    // Whether it speaks against somebody: such answers are the last to be evicted.
    bool rejects() const { return kind == Kind::revoked || kind == Kind::mark; }
};

// A view; the memory, which has to be zero at first, is the caller's.
class AnswerTable {
public:
    AnswerTable() = default;
    AnswerTable(void* memory, std::size_t bytes);

    // What is known; `now` in Unix time, for the order of eviction.
    std::optional<Answer> find(const Digest& key, std::uint32_t now) const;

    // How often something near the key was forgotten: an answer is kept only if that number is
    // still what it was when the question was sent.
    std::uint32_t changes(const Digest& key) const;

    // For who holds the lock. False, and nothing is kept, where the number has changed.
    bool put(const Digest& key, const Answer& answer, std::uint32_t changes, std::uint32_t now);

    // For who holds the lock: the key has changed.
    void forget(const Digest& key);

    // For who holds the lock: all that is known and still of use, into a table that is empty.
    void copy_to(AnswerTable& other, std::uint32_t now) const;

    struct Usage {
        std::size_t slots = 0;
        std::size_t used = 0;
        std::size_t rejecting = 0;
    };
    Usage usage() const;

private:
    static constexpr std::size_t kWords = 7;
    static constexpr std::size_t kSlots = 8;

    struct Slot {
        std::atomic<std::uint32_t> version;  // odd: being written
        std::atomic<std::uint32_t> used;     // Unix time
        std::array<std::atomic<std::uint64_t>, kWords> words;
    };
    struct Bucket {
        std::atomic<std::uint32_t> changes;
        std::array<Slot, kSlots> slots;
    };

    struct Entry {
        Digest key;
        Answer answer;
    };

    Bucket& bucket(const Digest& key) const;
    static std::optional<Entry> read(const Slot& slot);
    static void write(Slot& slot, const Entry& entry, std::uint32_t now);
    static Slot& victim(Bucket& bucket, std::uint32_t now);

    Bucket* buckets_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace cache
