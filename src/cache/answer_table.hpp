// What is known of the store's keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "changes.hpp"
#include "slots.hpp"

namespace cache {

struct Answer {
    enum class Kind : std::uint8_t {
        none,
        absent,   // no such key
        revoked,  // the key is there
        mark,     // the key holds a time, `value`
    };

    Kind kind = Kind::none;
    bool doubtful = false;  // the key has changed since: it counts only where nobody answers, or
                            // not in the epoch in which that was told
    std::int64_t value = 0;
    std::int64_t until = 0;   // Unix time when nobody asks any more; 0: not known
    std::uint64_t asked = 0;  // ms of the caller's clock, when the question was sent
    std::uint64_t epoch = 0;  // of the connection that tells what changes
    std::uint32_t era = 0;    // of the store

    // Whether it speaks against somebody: such answers are the last to be evicted.
    bool rejects() const { return kind == Kind::revoked || kind == Kind::mark; }
};

class AnswerTable {
public:
    AnswerTable() = default;
    AnswerTable(void* memory, std::size_t bytes, const Changes& changes)
        : slots_(memory, bytes), changes_(changes) {}

    // On the way to find(), as that of Slots.
    void approach(const Digest& key) const { slots_.approach(key); }

    // What is known; `now` in Unix time, for the order of eviction.
    std::optional<Answer> find(const Digest& key, std::uint32_t now) const;

    // How often something near the key was forgotten, or was found to speak against somebody: an
    // answer is kept only if that number is still what it was when the question was sent, and who
    // was found good under that number is so as long as it does not change.
    std::uint32_t changes(const Digest& key) const { return changes_.near(key); }

    // For who holds the lock. False, and nothing is kept, where the number has changed, or all that
    // is near speaks against somebody and this does not.
    bool put(const Digest& key, const Answer& answer, std::uint32_t changes, std::uint32_t now);

    // For who holds the lock: the key has changed, as was told in that epoch. What speaks against
    // somebody becomes doubtful.
    void forget(const Digest& key, std::uint64_t epoch, std::uint32_t now);

    // For who holds the lock: all that is known and still of use, into a table that is empty.
    void copy_to(AnswerTable& other, std::uint32_t now) const;

    std::size_t capacity() const { return slots_.capacity(); }
    std::size_t used() const { return slots_.used(); }
    std::size_t used(std::uint32_t now) const;  // still of use at that Unix time

private:
    static constexpr std::size_t kWords = 5;

    Slots<kWords> slots_;
    Changes changes_;
};

}  // namespace cache
