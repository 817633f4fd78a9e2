#include "arena.hpp"

#include <cstddef>

namespace store {
namespace {

// A block begins with a word of its own: its size, which counts that word, and these. A free one
// has its neighbours in the list behind that, and its size again in its last word.
constexpr std::uint64_t kFree = 1;
constexpr std::uint64_t kFreeBefore = 2;  // the block before it in memory is free
constexpr unsigned kKindShift = 2;
constexpr std::uint64_t kSizeMask = ~std::uint64_t{15};

constexpr std::size_t kStep = 16;
constexpr std::size_t kSmallest = 32;
constexpr std::uint64_t kSmall = 512;  // below, each size is a class
constexpr unsigned kSmallBits = 9;
constexpr unsigned kFineBits = 3;  // above, each power of two is eight classes
constexpr std::size_t kFewTries = 16;
constexpr std::size_t kNotesPerFree = 32;

constexpr Offset kFirstClass = offsetof(Header, free_classes);
constexpr Offset kFirstList = offsetof(Header, free_blocks);
constexpr Offset kGarbage = offsetof(Header, garbage);
constexpr Offset kUsed = offsetof(Header, used);
constexpr std::size_t kListFirst = 2;   // words
constexpr std::size_t kListStride = 3;  // words
constexpr std::size_t kNodeFlags = 4;   // words
constexpr std::size_t kNodeBlock = 5;   // words

std::uint64_t size_of(std::uint64_t header) {
    return header & kSizeMask;
}

unsigned highest_bit(std::uint64_t value) {
    return static_cast<unsigned>(kWordBits - 1) - static_cast<unsigned>(__builtin_clzll(value));
}

std::size_t class_of(std::uint64_t size) {
    if (size < kSmall) {
        return size / kStep;
    }
    const unsigned high = highest_bit(size);
    const std::uint64_t fine = size >> (high - kFineBits) & ((1U << kFineBits) - 1);
    return kSmall / kStep + (high - kSmallBits) * (std::size_t{1} << kFineBits) + fine;
}

// The first class all of whose blocks are large enough.
std::size_t class_for(std::uint64_t size) {
    if (size < kSmall) {
        return class_of(size);
    }
    return class_of(size + (std::uint64_t{1} << (highest_bit(size) - kFineBits)) - 1);
}

Offset word_at(Offset block, std::size_t index) {
    return block + index * sizeof(Word);
}

// The last word of the block, for who has it free before him.
Offset last_word(Offset block, std::uint64_t size) {
    return block + size - 2 * sizeof(Word);
}

Offset list_of(std::size_t of_class) {
    return kFirstList + of_class * sizeof(Word);
}

}  // namespace

void Arena::format() {
    const Header& own = region_.header();
    const Offset begin = own.arena.load(std::memory_order_relaxed);
    const Offset end = own.arena_end.load(std::memory_order_relaxed);
    // A block's payload is at the odd words: its size comes to a multiple of 16.
    const std::uint64_t size = (end - begin - sizeof(Word)) & kSizeMask;
    const Offset block = begin + sizeof(Word);
    region_.set(block + size - sizeof(Word), kFreeBefore);  // nothing is behind it
    put_header(block, size | kFree);
    region_.put(last_word(block, size), size);
    link(block, size);
    region_.commit();
}

Kind Arena::kind(Offset block) const {
    return static_cast<Kind>(header(block) >> kKindShift & 3);
}

std::uint64_t Arena::capacity() const {
    const Header& own = region_.header();
    return own.arena_end.load(std::memory_order_relaxed) -
           own.arena.load(std::memory_order_relaxed);
}

std::uint64_t Arena::used() const {
    return region_.get(kUsed);
}

void Arena::link(Offset block, std::uint64_t size) {
    const std::size_t own = class_of(size);
    const Offset next = region_.get(list_of(own));
    region_.put(word_at(block, 0), next);
    region_.put(word_at(block, 1), 0);
    if (next != 0) {
        region_.put(word_at(next, 1), block);
    } else {
        const Offset bits = kFirstClass + own / kWordBits * sizeof(Word);
        region_.put(bits, region_.get(bits) | std::uint64_t{1} << own % kWordBits);
    }
    region_.put(list_of(own), block);
}

void Arena::unlink(Offset block) {
    const std::size_t own = class_of(size_of(header(block)));
    const Offset next = region_.get(word_at(block, 0));
    const Offset previous = region_.get(word_at(block, 1));
    if (next != 0) {
        region_.put(word_at(next, 1), previous);
    }
    if (previous != 0) {
        region_.put(word_at(previous, 0), next);
        return;
    }
    region_.put(list_of(own), next);
    if (next == 0) {
        const Offset bits = kFirstClass + own / kWordBits * sizeof(Word);
        region_.put(bits, region_.get(bits) & ~(std::uint64_t{1} << own % kWordBits));
    }
}

// A free block of that size or more, or 0.
Offset Arena::find(std::size_t bytes) const {
    for (std::size_t at = class_for(bytes); at < kClasses;) {
        const std::uint64_t bits =
            region_.get(kFirstClass + at / kWordBits * sizeof(Word)) >> at % kWordBits;
        if (bits != 0) {
            return region_.get(list_of(at + static_cast<unsigned>(__builtin_ctzll(bits))));
        }
        at = (at / kWordBits + 1) * kWordBits;
    }
    Offset block = region_.get(list_of(class_of(bytes)));
    for (std::size_t i = 0; i < kFewTries && block != 0; ++i) {
        if (size_of(header(block)) >= bytes) {
            return block;
        }
        block = region_.get(word_at(block, 0));
    }
    return 0;
}

// Takes the front of a block that is in no list any more; what is left is a free block.
void Arena::split(Offset block, std::uint64_t size, Kind kind) {
    const std::uint64_t whole = size_of(header(block));
    const std::uint64_t before = header(block) & kFreeBefore;
    const std::uint64_t left = whole - size < kSmallest ? 0 : whole - size;
    const std::uint64_t taken = whole - left;
    put_header(block, taken | before | static_cast<std::uint64_t>(kind) << kKindShift);
    const Offset rest = block + taken;
    if (left == 0) {
        put_header(rest, header(rest) & ~kFreeBefore);
    } else {
        put_header(rest, left | kFree);
        region_.put(last_word(rest, left), left);
        link(rest, left);
    }
    region_.put(kUsed, used() + taken);
}

// The caller writes to the block without notes; where it held the links of a list they must come
// back.
Offset Arena::allocate(std::size_t bytes, Kind kind, Purpose purpose) {
    constexpr std::uint64_t kPart = 16;
    const std::uint64_t reserve = purpose == Purpose::record   ? capacity() / kPart * 2
                                  : purpose == Purpose::upkeep ? capacity() / kPart
                                                               : 0;
    std::uint64_t size = (bytes + sizeof(Word) + kStep - 1) / kStep * kStep;
    size = size < kSmallest ? kSmallest : size;
    if (used() + size + reserve > capacity()) {
        return 0;
    }
    const Offset block = find(size);
    if (block == 0) {
        return 0;
    }
    region_.note(word_at(block, 0));
    region_.note(word_at(block, 1));
    region_.note(last_word(block, size_of(header(block))));
    unlink(block);
    split(block, size, kind);
    return block;
}

void Arena::discard(Offset block) {
    region_.put(word_at(block, 0), region_.get(kGarbage));
    region_.put(kGarbage, block);
}

void Arena::free(Offset block) {
    std::uint64_t size = size_of(header(block));
    region_.put(kUsed, used() - size);
    const Offset behind = block + size;
    if ((header(behind) & kFree) != 0) {
        unlink(behind);
        size += size_of(header(behind));
    }
    if ((header(block) & kFreeBefore) != 0) {
        const std::uint64_t before = region_.get(block - 2 * sizeof(Word));
        block -= before;
        unlink(block);
        size += before;
    }
    put_header(block, size | kFree | (header(block) & kFreeBefore));
    region_.put(last_word(block, size), size);
    put_header(block + size, header(block + size) | kFreeBefore);
    link(block, size);
}

// The first piece of garbage, or one of the blocks that hang on it.
void Arena::collect_one(Offset block) {
    if (kind(block) == Kind::list) {
        const std::uint64_t count = region_.get(word_at(block, 1));
        if (count > 0) {
            region_.put(word_at(block, 1), count - 1);
            free(region_.get(word_at(block, kListFirst + (count - 1) * kListStride)));
            return;
        }
    }
    region_.put(kGarbage, region_.get(word_at(block, 0)));
    if (kind(block) == Kind::node && (region_.get(word_at(block, kNodeFlags)) & kHasBlock) != 0 &&
        region_.get(word_at(block, kNodeBlock)) != 0) {
        discard(region_.get(word_at(block, kNodeBlock)));
    }
    free(block);
}

void Arena::collect() {
    while (const Offset block = region_.get(kGarbage)) {
        collect_one(block);
        if (region_.room() < kNotesPerFree) {
            region_.commit();
        }
    }
    region_.commit();
}

}  // namespace store
