#include "answer_table.hpp"

namespace cache {

namespace {

constexpr unsigned kKindBits = 8;

}  // namespace

static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
                  std::atomic<std::uint32_t>::is_always_lock_free,
              "a lock of a killed process would stay in shared memory");

AnswerTable::AnswerTable(void* memory, std::size_t bytes)
    : buckets_(static_cast<Bucket*>(memory)), count_(bytes / sizeof(Bucket)) {}

AnswerTable::Bucket& AnswerTable::bucket(const Digest& key) const {
    return buckets_[key[0] % count_];
}

// Nothing where the slot is empty, or was written meanwhile.
std::optional<AnswerTable::Entry> AnswerTable::read(const Slot& slot) {
    const std::uint32_t before = slot.version.load(std::memory_order_acquire);
    std::array<std::uint64_t, kWords> words{};
    for (std::size_t i = 0; i < kWords; ++i) {
        words[i] = slot.words[i].load(std::memory_order_relaxed);
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    const auto kind = static_cast<Answer::Kind>(words[6] & ((1U << kKindBits) - 1));
    if (before % 2 != 0 || slot.version.load(std::memory_order_relaxed) != before ||
        kind == Answer::Kind::none) {
        return std::nullopt;
    }
    Entry entry;
    entry.key = {words[0], words[1]};
    entry.answer.kind = kind;
    entry.answer.value = static_cast<std::int64_t>(words[2]);
    entry.answer.until = static_cast<std::int64_t>(words[3]);
    entry.answer.asked = words[4];
    entry.answer.epoch = words[5];
    return entry;
}

void AnswerTable::write(Slot& slot, const Entry& entry, std::uint32_t now) {
    const std::uint32_t odd = slot.version.load(std::memory_order_relaxed) | 1U;
    slot.version.store(odd, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    const std::array<std::uint64_t, kWords> words = {
        entry.key[0],
        entry.key[1],
        static_cast<std::uint64_t>(entry.answer.value),
        static_cast<std::uint64_t>(entry.answer.until),
        entry.answer.asked,
        entry.answer.epoch,
        static_cast<std::uint64_t>(entry.answer.kind),
    };
    for (std::size_t i = 0; i < kWords; ++i) {
        slot.words[i].store(words[i], std::memory_order_relaxed);
    }
    slot.used.store(now, std::memory_order_relaxed);
    slot.version.store(odd + 1, std::memory_order_release);
}

std::optional<Answer> AnswerTable::find(const Digest& key, std::uint32_t now) const {
    if (count_ == 0) {
        return std::nullopt;
    }
    for (Slot& slot : bucket(key).slots) {
        const std::optional<Entry> entry = read(slot);
        if (entry && entry->key == key) {
            if (slot.used.load(std::memory_order_relaxed) != now) {
                slot.used.store(now, std::memory_order_relaxed);
            }
            return entry->answer;
        }
    }
    return std::nullopt;
}

std::uint32_t AnswerTable::changes(const Digest& key) const {
    return count_ == 0 ? 0 : bucket(key).changes.load(std::memory_order_acquire);
}

// One that is empty, or nobody asks for any more, else the one that was used least recently; those
// that speak against somebody only where there is no other.
AnswerTable::Slot& AnswerTable::victim(Bucket& bucket, std::uint32_t now) {
    Slot* best = nullptr;
    bool best_rejects = false;
    for (Slot& slot : bucket.slots) {
        const std::optional<Entry> entry = read(slot);
        const bool over = entry && entry->answer.until != 0 &&
                          entry->answer.until < static_cast<std::int64_t>(now);
        if (!entry || over) {
            return slot;
        }
        const bool rejects = entry->answer.rejects();
        const bool older = best == nullptr || slot.used.load(std::memory_order_relaxed) <
                                                  best->used.load(std::memory_order_relaxed);
        if (best == nullptr || (rejects == best_rejects ? older : best_rejects)) {
            best = &slot;
            best_rejects = rejects;
        }
    }
    return *best;
}

bool AnswerTable::put(const Digest& key, const Answer& answer, std::uint32_t changes,
                      std::uint32_t now) {
    if (count_ == 0) {
        return false;
    }
    Bucket& own = bucket(key);
    if (own.changes.load(std::memory_order_relaxed) != changes) {
        return false;
    }
    for (Slot& slot : own.slots) {
        const std::optional<Entry> entry = read(slot);
        if (entry && entry->key == key) {
            write(slot, {key, answer}, now);
            return true;
        }
    }
    write(victim(own, now), {key, answer}, now);
    return true;
}

void AnswerTable::forget(const Digest& key) {
    if (count_ == 0) {
        return;
    }
    Bucket& own = bucket(key);
    own.changes.fetch_add(1, std::memory_order_release);
    for (Slot& slot : own.slots) {
        const std::optional<Entry> entry = read(slot);
        if (entry && entry->key == key) {
            write(slot, {key, Answer()}, 0);
        }
    }
}

void AnswerTable::copy_to(AnswerTable& other, std::uint32_t now) const {
    for (std::size_t i = 0; i < count_; ++i) {
        for (const Slot& slot : buckets_[i].slots) {
            const std::optional<Entry> entry = read(slot);
            if (entry && (entry->answer.until == 0 ||
                          entry->answer.until >= static_cast<std::int64_t>(now))) {
                other.put(entry->key, entry->answer, other.changes(entry->key),
                          slot.used.load(std::memory_order_relaxed));
            }
        }
    }
}

AnswerTable::Usage AnswerTable::usage() const {
    Usage usage;
    usage.slots = count_ * kSlots;
    for (std::size_t i = 0; i < count_; ++i) {
        for (const Slot& slot : buckets_[i].slots) {
            if (const std::optional<Entry> entry = read(slot)) {
                ++usage.used;
                usage.rejecting += entry->answer.rejects() ? 1 : 0;
            }
        }
    }
    return usage;
}

}  // namespace cache
