// What workers hear of changes, and when they have missed some.
#include "../../src/cache/change_feed.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using cache::ChangeFeed;

struct Memory {
    explicit Memory(std::size_t changes) : words(ChangeFeed::bytes_for(changes) / 8) {}

    ChangeFeed feed() { return {words.data(), words.size() * 8}; }

    std::vector<std::atomic<std::uint64_t>> words;
};

struct Heard {
    std::vector<std::uint64_t> changes;
    bool missed = false;
    std::uint64_t position = 0;
};

Heard read(const ChangeFeed& feed, std::uint64_t after) {
    Heard heard;
    heard.position = feed.read(
        after, [&heard](std::uint64_t change) { heard.changes.push_back(change); },
        [&heard] { heard.missed = true; });
    return heard;
}

}  // namespace

TEST_CASE("a feed at first says nothing") {
    Memory memory(8);
    const Heard heard = read(memory.feed(), 0);
    CHECK(heard.changes.empty());
    CHECK_FALSE(heard.missed);
    CHECK(heard.position == 0);
}

TEST_CASE("changes are heard once, in their order") {
    Memory memory(8);
    ChangeFeed feed = memory.feed();
    feed.tell(11);
    feed.tell(12);
    const Heard first = read(feed, 0);
    CHECK(first.changes == std::vector<std::uint64_t>{11, 12});
    CHECK(first.position == 2);
    CHECK(feed.position() == 2);
    feed.tell(13);
    CHECK(read(feed, first.position).changes == std::vector<std::uint64_t>{13});
    CHECK(read(feed, 3).changes.empty());
}

TEST_CASE("who reads too late hears that it has missed some") {
    Memory memory(8);
    ChangeFeed feed = memory.feed();
    for (std::uint64_t i = 1; i <= 7; ++i) {
        feed.tell(100 + i);
    }
    CHECK_FALSE(read(feed, 0).missed);
    CHECK(read(feed, 0).changes.size() == 7);
    for (std::uint64_t i = 8; i <= 9; ++i) {
        feed.tell(100 + i);
    }
    CHECK(read(feed, 0).missed);
    CHECK(read(feed, 0).position == 9);
    CHECK(read(feed, 1).missed);
    CHECK_FALSE(read(feed, 2).missed);
    CHECK(read(feed, 8).changes == std::vector<std::uint64_t>{109});
}

TEST_CASE("what a reader hears beside a writer is true, or missed") {
    constexpr std::uint64_t kChanges = 200000;
    Memory memory(64);
    ChangeFeed feed = memory.feed();
    std::thread writer([&feed] {
        for (std::uint64_t i = 1; i <= kChanges; ++i) {
            feed.tell(1000 + i);
        }
    });
    std::uint64_t position = 0;
    bool wrong = false;
    while (position < kChanges) {
        std::uint64_t expected = 1000 + position;
        position = feed.read(
            position, [&](std::uint64_t change) { wrong = wrong || change != ++expected; }, [] {});
    }
    writer.join();
    CHECK_FALSE(wrong);
}
