#include "../../src/store/effect_ring.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using store::EffectRing;
using store::Effects;

namespace {

struct Memory {
    explicit Memory(std::size_t bytes) : bytes(bytes / 8 + 1), ring(this->bytes.data(), bytes) {
        ring.bind(1);
        ring.repair(ring.lapses());
    }
    std::vector<std::uint64_t> bytes;
    EffectRing ring;
};

std::vector<Effects> pending(const EffectRing& ring) {
    std::vector<Effects> groups;
    ring.visit(ring.durable(), ring.appended(), [&](Effects&& group) { groups.push_back(group); });
    return groups;
}

}  // namespace

TEST_CASE("effect ring: what goes in comes out, round and round") {
    Memory memory(400);
    EffectRing& ring = memory.ring;
    for (int i = 0; i < 1000; ++i) {
        const std::vector<Effects> groups = {
            {std::string(static_cast<std::size_t>(i % 40), 'a'), "b"}, {"", std::to_string(i)}};
        REQUIRE(ring.append(groups[0]));
        REQUIRE(ring.append(groups[1]));
        REQUIRE(pending(ring) == groups);
        ring.publish_durable(ring.appended());
        CHECK(ring.room() == ring.capacity());
    }
    CHECK(!ring.has_lapsed());
}

TEST_CASE("effect ring: a group without room is refused, and leaves the others whole") {
    Memory memory(400);
    EffectRing& ring = memory.ring;
    const Effects small = {"12345678"};
    std::size_t count = 0;
    while (ring.append(small)) {
        ++count;
    }
    CHECK(count > 5);
    CHECK(pending(ring) == std::vector<Effects>(count, small));
    CHECK(!ring.has_lapsed());
    ring.publish_durable(ring.appended());
    CHECK(!ring.append({std::string(400, 'x')}));
    CHECK(ring.append(small));
}

TEST_CASE("effect ring: nothing is kept before a journal is bound, and each other one is a lapse") {
    std::vector<std::uint64_t> bytes(100);
    EffectRing ring(bytes.data(), bytes.size() * 8);
    CHECK(ring.append({"lost"}));
    CHECK(ring.appended() == 0);
    CHECK(!ring.has_lapsed());
    ring.bind(5);
    CHECK(ring.has_lapsed());
    ring.repair(ring.lapses());
    ring.bind(5);
    CHECK(!ring.has_lapsed());
    CHECK(ring.append({"kept"}));
    CHECK(pending(ring).size() == 1);
    ring.bind(6);
    CHECK(ring.has_lapsed());
}

TEST_CASE("effect ring: a lapse during a repair is not made good by it") {
    Memory memory(400);
    EffectRing& ring = memory.ring;
    ring.note_lapse();
    const std::uint64_t before = ring.lapses();
    ring.note_lapse();
    ring.repair(before);
    CHECK(ring.has_lapsed());
    ring.repair(ring.lapses());
    CHECK(!ring.has_lapsed());
}

TEST_CASE("effect ring: the place is the last one that was published whole") {
    Memory memory(400);
    for (std::uint64_t i = 1; i < 5; ++i) {
        memory.ring.publish({{i, i * 100, i}, 1, i, 0});
        CHECK(memory.ring.place().end.offset == i * 100);
        CHECK(memory.ring.place().inode == i);
    }
}

TEST_CASE("effect ring: without memory there is none, and nothing happens") {
    EffectRing ring;
    CHECK(!ring);
    ring.bind(1);
    CHECK(ring.append({"a"}));
    CHECK(ring.appended() == 0);
    CHECK(!ring.has_lapsed());
}
