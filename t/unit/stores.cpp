#include "stores.hpp"

#include <map>

#include "../../src/store/region.hpp"

using store::Header;
using store::Offset;
using store::Region;

namespace stores {
namespace {

constexpr std::uint64_t kFree = 1;
constexpr std::uint64_t kFreeBefore = 2;
constexpr std::uint64_t kSizeMask = ~std::uint64_t{15};

using Blocks = std::map<Offset, std::uint64_t>;  // payload to header

std::string walk(const Region& region, Blocks& taken, Blocks& free) {
    const Header& header = region.header();
    Offset block = header.arena + 8;
    bool free_before = false;
    std::uint64_t used = 0;
    while (true) {
        const std::uint64_t word = region.get(block - 8);
        const std::uint64_t size = word & kSizeMask;
        if (((word & kFreeBefore) != 0) != free_before) {
            return "a block is wrong about the one before it";
        }
        if (size == 0) {
            return used == header.used ? "" : "the bytes in use are counted wrong";
        }
        if (block + size > header.bytes) {
            return "a block leaves the arena";
        }
        const bool is_free = (word & kFree) != 0;
        if (is_free && free_before) {
            return "two free blocks side by side";
        }
        if (is_free && region.get(block + size - 16) != size) {
            return "a free block has no size at its end";
        }
        used += is_free ? 0 : size;
        (is_free ? free : taken).emplace(block, word);
        free_before = is_free;
        block += size;
    }
}

std::string check_lists(const Region& region, Blocks free) {
    for (std::size_t i = 0; i < store::kClasses; ++i) {
        const Offset first = region.header().free_blocks[i];
        const bool bit = (region.header().free_classes[i / 64] >> i % 64 & 1) != 0;
        if (bit != (first != 0)) {
            return "a class is wrong about its list";
        }
        Offset before = 0;
        for (Offset block = first; block != 0; block = region.get(block)) {
            if (free.erase(block) == 0) {
                return "a list has a block that is not free";
            }
            if (region.get(block + 8) != before) {
                return "a list is broken backwards";
            }
            before = block;
        }
    }
    return free.empty() ? "" : "a free block is in no list";
}

std::string reach_value(const Region& region, Offset block, Blocks& taken) {
    const auto found = taken.find(block);
    if (found == taken.end()) {
        return "a value is not there";
    }
    const bool is_list = (found->second >> 2 & 3) == static_cast<unsigned>(store::Kind::list);
    taken.erase(found);
    for (std::uint64_t i = 0; is_list && i < region.get(block + 8); ++i) {
        if (taken.erase(region.get(block + 16 + i * 24)) == 0) {
            return "a part of a value is not there";
        }
    }
    return "";
}

std::string reach(const Region& region, Blocks taken) {
    const Header& header = region.header();
    std::uint64_t keys = 0;
    for (std::uint64_t i = 0; i < header.bucket_count; ++i) {
        for (Offset node = region.get(header.buckets + i * 8); node != 0; node = region.get(node)) {
            if (taken.erase(node) == 0) {
                return "a node is not there";
            }
            ++keys;
            if ((region.get(node + 32) & store::kHasBlock) != 0) {
                if (std::string wrong = reach_value(region, region.get(node + 40), taken);
                    !wrong.empty()) {
                    return wrong;
                }
            }
        }
    }
    if (keys != header.keys) {
        return "the keys are counted wrong";
    }
    return taken.empty() ? "" : "a block is lost";
}

}  // namespace

std::string flaw(const Memory& memory) {
    const Region region(memory.get());
    if (region.is_open() || region.header().garbage != 0) {
        return "a change is open";
    }
    Blocks taken;
    Blocks free;
    for (std::string wrong :
         {walk(region, taken, free), check_lists(region, free), reach(region, taken)}) {
        if (!wrong.empty()) {
            return wrong;
        }
    }
    return "";
}

}  // namespace stores
