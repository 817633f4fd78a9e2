// A table of fixed size in memory that processes share.
//
// Readers take no lock. Writers hold one that the caller brings, and may be killed at any
// instruction: the slot that they were writing is then found half written, which every reader skips
// and the next writer takes. There are no links that could be left dangling.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "digest.hpp"
#include "prefetch.hpp"

namespace cache {

// A view; the memory, which has to be zero at first, is the caller's.
template <std::size_t Words>
class Slots {
public:
    using Value = std::array<std::uint64_t, Words>;

    Slots() = default;
    Slots(void* memory, std::size_t bytes)
        : buckets_(static_cast<Bucket*>(memory)), count_(bytes / sizeof(Bucket)) {}

    // Memory is slow: to be called for all keys that are about to be looked for, so that they wait
    // for it together. It reads, for a processor may leave out to prefetch from a page that it has
    // no address of at hand.
    void approach(const Digest& key) const {
        if (count_ != 0) {
            static_cast<void>(bucket(key).tags.front().load(std::memory_order_relaxed));
        }
    }

    // On the way to put(), after a look that found nothing.
    void approach_all(const Digest& key) const {
        if (count_ != 0) {
            prefetch(&bucket(key), sizeof(Bucket));
        }
    }

    // `now` in Unix time, for the order of eviction.
    std::optional<Value> find(const Digest& key, std::uint32_t now) const {
        if (count_ == 0) {
            return std::nullopt;
        }
        Bucket& own = bucket(key);
        for (std::size_t i = 0; i < kSlots; ++i) {
            if (own.tags[i].load(std::memory_order_relaxed) != tag_of(key)) {
                continue;
            }
            Slot& slot = own.slots[i];
            const std::optional<Entry> entry = read(slot);
            if (entry && entry->key == key) {
                if (slot.used.load(std::memory_order_relaxed) != now) {
                    slot.used.store(now, std::memory_order_relaxed);
                }
                return entry->value;
            }
        }
        return std::nullopt;
    }

    // For who holds the lock. Where there is no room the one of the lowest rank goes, among equals
    // the one that was used least recently. False where all there is ranks higher. `rank(word)`,
    // with word(i) of the value, looks at no more than it needs: the bucket is full most of the
    // time.
    template <typename Rank>
    bool put(const Digest& key, const Value& value, std::uint32_t now, Rank&& rank) {
        if (count_ == 0) {
            return false;
        }
        Bucket& own = bucket(key);
        Slot* place = nullptr;
        unsigned lowest = 0;
        for (Slot& slot : own.slots) {
            const Digest known = key_of(slot);
            if (known == key && !is_half_written(slot)) {
                place = &slot;
                lowest = 0;
                break;
            }
            const bool is_free = known == Digest{} || is_half_written(slot);
            const unsigned ranked =
                is_free ? 0 : 1 + rank([&slot](std::size_t i) { return word(slot, i); });
            if (place == nullptr || ranked < lowest ||
                (ranked == lowest && ranked != 0 && used_of(slot) < used_of(*place))) {
                place = &slot;
                lowest = ranked;
            }
        }
        if (lowest > 1 + rank([&value](std::size_t i) { return value[i]; })) {
            return false;
        }
        write(own, *place, {key, value}, now);
        return true;
    }

    // For who holds the lock.
    void erase(const Digest& key) {
        if (count_ == 0) {
            return;
        }
        Bucket& own = bucket(key);
        for (Slot& slot : own.slots) {
            const std::optional<Entry> entry = read(slot);
            if (entry && entry->key == key) {
                write(own, slot, {}, 0);
            }
        }
    }

    // Calls `visit(key, value, used)` for all there is.
    template <typename Visit>
    void each(Visit&& visit) const {
        for (std::size_t i = 0; i < count_; ++i) {
            for (const Slot& slot : buckets_[i].slots) {
                if (const std::optional<Entry> entry = read(slot)) {
                    visit(entry->key, entry->value, slot.used.load(std::memory_order_relaxed));
                }
            }
        }
    }

    std::size_t capacity() const { return count_ * kSlots; }

    std::size_t used() const {
        return used([](const Value&) { return true; });
    }

    // How many slots hold a value that is still of use, estimated where there are many: nobody is
    // to wait for a count. `is_live(value)`.
    template <typename IsLive>
    std::size_t used(IsLive&& is_live) const {
        const std::size_t step = count_ / kCounted + 1;
        std::size_t used = 0;
        for (std::size_t i = 0; i < count_; i += step) {
            for (const Slot& slot : buckets_[i].slots) {
                const std::optional<Entry> entry = read(slot);
                used += entry && is_live(entry->value) ? 1 : 0;
            }
        }
        return std::min(used * step, capacity());
    }

private:
    static constexpr std::size_t kSlots = 8;
    static constexpr std::size_t kKeyWords = 2;
    static constexpr std::size_t kCounted = 1024;  // buckets

    using Tag = std::uint16_t;

    struct Slot {
        std::atomic<std::uint32_t> version;  // odd: being written
        std::atomic<std::uint32_t> used;     // Unix time
        std::array<std::atomic<std::uint64_t>, kKeyWords + Words> words;
    };
    // Of the slots only those are read that have the key's tag: else each would cost a line.
    struct Bucket {
        std::array<std::atomic<Tag>, kSlots> tags;
        std::array<Slot, kSlots> slots;
    };
    struct Entry {
        Digest key{};
        Value value{};
    };

    static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
                      std::atomic<std::uint32_t>::is_always_lock_free &&
                      std::atomic<Tag>::is_always_lock_free,
                  "a lock of a killed process would stay in shared memory");

    Bucket& bucket(const Digest& key) const { return buckets_[key[0] % count_]; }

    static Tag tag_of(const Digest& key) { return static_cast<Tag>(key[0] >> 48); }

    // What of a slot means something to who holds the lock.
    static Digest key_of(const Slot& slot) {
        return {slot.words[0].load(std::memory_order_relaxed),
                slot.words[1].load(std::memory_order_relaxed)};
    }
    static std::uint64_t word(const Slot& slot, std::size_t i) {
        return slot.words[kKeyWords + i].load(std::memory_order_relaxed);
    }
    static std::uint32_t used_of(const Slot& slot) {
        return slot.used.load(std::memory_order_relaxed);
    }
    static bool is_half_written(const Slot& slot) {
        return slot.version.load(std::memory_order_relaxed) % 2 != 0;
    }

    // Nothing where the slot is empty, or was written meanwhile.
    static std::optional<Entry> read(const Slot& slot) {
        const std::uint32_t before = slot.version.load(std::memory_order_acquire);
        Entry entry;
        for (std::size_t i = 0; i < kKeyWords; ++i) {
            entry.key[i] = slot.words[i].load(std::memory_order_relaxed);
        }
        for (std::size_t i = 0; i < Words; ++i) {
            entry.value[i] = slot.words[kKeyWords + i].load(std::memory_order_relaxed);
        }
        std::atomic_thread_fence(std::memory_order_acquire);
        if (before % 2 != 0 || slot.version.load(std::memory_order_relaxed) != before ||
            entry.key == Digest{}) {
            return std::nullopt;
        }
        return entry;
    }

    // The tag of a slot that is not half written is that of its key.
    static void write(Bucket& bucket, Slot& slot, const Entry& entry, std::uint32_t now) {
        const std::uint32_t odd = slot.version.load(std::memory_order_relaxed) | 1U;
        slot.version.store(odd, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        bucket.tags[static_cast<std::size_t>(&slot - bucket.slots.data())].store(
            tag_of(entry.key), std::memory_order_relaxed);
        for (std::size_t i = 0; i < kKeyWords; ++i) {
            slot.words[i].store(entry.key[i], std::memory_order_relaxed);
        }
        for (std::size_t i = 0; i < Words; ++i) {
            slot.words[kKeyWords + i].store(entry.value[i], std::memory_order_relaxed);
        }
        slot.used.store(now, std::memory_order_relaxed);
        slot.version.store(odd + 1, std::memory_order_release);
    }

    Bucket* buckets_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace cache
