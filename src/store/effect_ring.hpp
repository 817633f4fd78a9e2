// Effects on their way to the journal, in memory that processes share.
//
// Who changes the store holds its lock, and adds what is to happen just before it counts. Who
// writes the journal holds the lock of the file, and takes it from there. Processes may be killed
// at any instruction. What the journal may have missed is a lapse, made good by one that is written
// anew from the store itself.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "journal_format.hpp"

namespace store {

// The journal as this instance knows it: up to its end the store has all of it.
struct JournalPlace {
    JournalEnd end;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t snapshot_bytes = 0;  // that it began with
};

class EffectRing {
public:
    EffectRing() = default;
    // A view; the memory, which has to be zero at first, is the caller's.
    EffectRing(void* memory, std::size_t bytes);

    explicit operator bool() const { return state_ != nullptr; }

    // Nothing is kept before somebody writes a journal; what was there before needs a snapshot.
    // Which journal is said by a number that is not 0. For who holds the store's lock.
    void bind(std::uint64_t journal);
    std::uint64_t bound() const;

    // Of an empty ring: its store is a copy of the other one's, and no process uses it yet. For who
    // holds the lock of the other store.
    void continue_from(const EffectRing& other);

    // For who holds the store's lock. False where there is no room for it.
    bool append(const Effects& group);

    // Positions, which only grow: up to where there is something, and what of it cannot be lost any
    // more.
    std::uint64_t appended() const;
    std::uint64_t durable() const;
    std::size_t room() const;
    std::size_t capacity() const { return capacity_; }

    // What is between two positions, which append() and durable() gave. For who holds the file's
    // lock.
    using Visit = std::function<void(Effects&& group)>;
    void visit(std::uint64_t from, std::uint64_t to, const Visit& visit) const;

    // Whether something was missed, and how often so far.
    bool has_lapsed() const;
    std::uint64_t lapses() const;
    void note_lapse();

    // For who holds the file's lock: where the journal is now, which effects are safe in it, and
    // how many lapses are made good.
    JournalPlace place() const;
    void publish(const JournalPlace& place);
    void publish_durable(std::uint64_t position);

    // Up to which offset of the file this instance is writing: what is behind that is another's.
    void announce(std::uint64_t offset);
    std::uint64_t announced() const;

    void repair(std::uint64_t lapses);

    // Whether the last one who tried could not write.
    bool is_failing() const;
    void set_failing(bool failing);

private:
    struct State {
        std::atomic<std::uint64_t> bound;
        std::atomic<std::uint64_t> appended;
        std::atomic<std::uint64_t> durable;
        std::atomic<std::uint64_t> announced;
        std::atomic<std::uint64_t> lapses;
        std::atomic<std::uint64_t> repaired;
        std::atomic<std::uint32_t> failing;
        std::atomic<std::uint32_t> current;  // of the places, the other one is being written
        std::array<JournalPlace, 2> places;
    };
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
                      std::atomic<std::uint32_t>::is_always_lock_free,
                  "a lock of a killed process would stay in shared memory");

    void copy_in(std::uint64_t position, std::string_view bytes);
    void copy_out(std::uint64_t position, void* to, std::size_t bytes) const;
    std::uint32_t read_length(std::uint64_t position) const;

    State* state_ = nullptr;
    char* bytes_ = nullptr;
    std::size_t capacity_ = 0;
};

}  // namespace store
