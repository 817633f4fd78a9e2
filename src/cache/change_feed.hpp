// The last changes that workers have to hear of, in memory that processes share: who writes holds a
// lock, who reads needs none. Who reads too late hears that it has missed some.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache {

class ChangeFeed {
public:
    // Zero at first, at one address in all processes; the least that is of use is two changes.
    static std::size_t bytes_for(std::size_t changes) {
        return (changes + 1) * sizeof(std::atomic<std::uint64_t>);
    }

    ChangeFeed(void* memory, std::size_t bytes)
        : words_(static_cast<Word*>(memory)), size_(bytes / sizeof(Word) - 1) {}

    // How many changes there were.
    std::uint64_t position() const { return words_[0].load(); }

    // For who holds the lock.
    void tell(std::uint64_t change) {
        const std::uint64_t next = position() + 1;
        place(next).store(change);
        words_[0].store(next);
    }

    // Visits the changes after that position, the oldest first; returns the position behind the
    // last one. `missed()`: some were there that are no more, any may have come.
    template <typename Visit, typename Missed>
    std::uint64_t read(std::uint64_t after, Visit&& visit, Missed&& missed) const {
        const std::uint64_t end = position();
        for (std::uint64_t i = after + 1; i <= end; ++i) {
            const std::uint64_t change = place(i).load();
            // The next change may be half way into the place of this one.
            if (position() + 1 - i >= size_) {
                missed();
                return position();
            }
            visit(change);
        }
        return end;
    }

private:
    using Word = std::atomic<std::uint64_t>;
    static_assert(Word::is_always_lock_free, "a lock of a killed worker would stay");

    Word& place(std::uint64_t position) const { return words_[1 + position % size_]; }

    Word* words_;  // the first one counts
    std::size_t size_;
};

}  // namespace cache
