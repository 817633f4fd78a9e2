#include "region.hpp"

#include <algorithm>
#include <stdexcept>

namespace store {
namespace {

constexpr std::uint64_t kMagic = 0x315f65726f7473;  // "store_1"
constexpr std::size_t kNoteBytes = 2 * sizeof(Word);
constexpr std::size_t kFewestNotes = 512;
constexpr std::size_t kMostNotes = 65536;
constexpr std::size_t kBytesPerNote = 1024;  // of the region: a sixty-fourth is for notes
constexpr std::size_t kBytesPerBucket = 256;
constexpr std::size_t kSmallestArena = 1024;
constexpr std::size_t kLine = 64;

std::size_t round_up(std::size_t bytes) {
    return (bytes + kLine - 1) / kLine * kLine;
}

// A killed process has done what it did in this order: the processor keeps it, the compiler has to.
void keep_order() {
    std::atomic_thread_fence(std::memory_order_acq_rel);
}

}  // namespace

bool Region::format(void* memory, std::size_t bytes, const Seed& seed) {
    const std::size_t notes = std::clamp(bytes / kBytesPerNote, kFewestNotes, kMostNotes);
    const std::size_t buckets = std::max<std::size_t>(bytes / kBytesPerBucket, 1);
    const std::size_t first_note = round_up(sizeof(Header));
    const std::size_t first_bucket = first_note + notes * kNoteBytes;
    const std::size_t arena = round_up(first_bucket + buckets * sizeof(Word));
    if (bytes < arena + kSmallestArena) {
        return false;
    }
    Region region(memory);
    for (std::size_t at = 0; at < arena; at += sizeof(Word)) {
        region.set(at, 0);
    }
    Header& header = region.header();
    header.bytes = bytes;
    header.notes = first_note;
    header.most_notes = notes;
    header.seed[0] = seed[0];
    header.seed[1] = seed[1];
    header.buckets = first_bucket;
    header.bucket_count = buckets;
    header.arena = arena;
    header.arena_end = bytes / kLine * kLine;
    header.magic = kMagic;
    return true;
}

bool Region::has(Offset at, std::size_t bytes) const {
    const std::uint64_t end = header().bytes.load(std::memory_order_relaxed);
    return at != 0 && at % sizeof(Word) == 0 && at < end && bytes <= end - at;
}

void Region::note(Offset at) {
    Header& own = header();
    const std::uint64_t count = own.noted.load(std::memory_order_relaxed);
    if (count >= own.most_notes.load(std::memory_order_relaxed)) {
        throw std::length_error("a change of the store is too large");
    }
    if (!is_open()) {
        own.version.fetch_add(1, std::memory_order_relaxed);
        keep_order();
    }
    const Offset place = own.notes.load(std::memory_order_relaxed) + count * kNoteBytes;
    set(place, at);
    set(place + sizeof(Word), get(at));
    keep_order();
    own.noted.store(count + 1, std::memory_order_relaxed);
    keep_order();
}

void Region::put(Offset at, std::uint64_t value) {
    note(at);
    word(at).store(value, std::memory_order_relaxed);
}

std::size_t Region::room() const {
    const Header& own = header();
    return own.most_notes.load(std::memory_order_relaxed) -
           own.noted.load(std::memory_order_relaxed);
}

void Region::commit() {
    if (is_open()) {
        keep_order();
        header().noted.store(0, std::memory_order_relaxed);
        close();
    }
}

// May itself be killed: what was taken back already is taken back once more.
void Region::roll_back() {
    if (!is_open()) {
        return;
    }
    Header& own = header();
    for (std::uint64_t left = own.noted.load(std::memory_order_relaxed); left > 0; --left) {
        const Offset place = own.notes.load(std::memory_order_relaxed) + (left - 1) * kNoteBytes;
        word(get(place)).store(get(place + sizeof(Word)), std::memory_order_relaxed);
        keep_order();
        own.noted.store(left - 1, std::memory_order_relaxed);
        keep_order();
    }
    close();
}

void Region::close() {
    keep_order();
    header().version.fetch_add(1, std::memory_order_release);
}

}  // namespace store
