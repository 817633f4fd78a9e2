// How many requests of a session are open in all processes.
#include "../../src/cache/live_table.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>

namespace {

using cache::LiveTable;

struct Memory {
    LiveTable table() { return {words.data(), sizeof(words)}; }  // of one bucket

    std::array<std::uint64_t, 32> words{};
};

struct Processes {
    bool operator()(std::uint32_t process) const { return living.count(process) != 0; }

    std::set<std::uint32_t> living;
};

const Processes kBoth = {{11, 12}};

}  // namespace

TEST_CASE("live table: a sum over processes") {
    Memory memory;
    LiveTable table = memory.table();
    CHECK(table.count(7, kBoth) == 0);
    CHECK(table.add(7, 11, kBoth));
    CHECK(table.add(7, 11, kBoth));
    CHECK(table.add(7, 12, kBoth));
    CHECK(table.add(8, 12, kBoth));
    CHECK(table.count(7, kBoth) == 3);
    CHECK(table.count(8, kBoth) == 1);
    CHECK(table.count(9, kBoth) == 0);
    table.remove(7, 11);
    table.remove(7, 12);
    table.remove(7, 12);
    CHECK(table.count(7, kBoth) == 1);
    CHECK(table.count(8, kBoth) == 1);
}

TEST_CASE("live table: a process that died has none, and leaves its room") {
    Memory memory;
    LiveTable table = memory.table();
    for (std::uint64_t session = 1; session <= 16; ++session) {
        CHECK(table.add(session, 11, kBoth));
    }
    CHECK_FALSE(table.add(17, 12, kBoth));
    CHECK(table.count(1, Processes{{12}}) == 0);
    CHECK(table.add(17, 12, Processes{{12}}));
    CHECK(table.count(17, Processes{{12}}) == 1);
}

TEST_CASE("live table: where there is no room it does not say none") {
    Memory memory;
    LiveTable table = memory.table();
    for (std::uint64_t session = 1; session <= 16; ++session) {
        CHECK(table.add(session, 11, kBoth));
    }
    CHECK(table.count(17, kBoth) == std::nullopt);
    CHECK(table.count(1, kBoth) == std::nullopt);
    table.remove(1, 11);
    CHECK(table.count(17, kBoth) == 0);
    CHECK(table.add(17, 11, kBoth));
}
