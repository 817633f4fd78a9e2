// How the processes find the nodes of a store.
#include "../../src/cache/node_states.hpp"

#include <memory>

#include <doctest/doctest.h>

using cache::NodeStates;

namespace {

bool everybody(std::uint32_t) {
    return true;
}

using Sums = std::array<std::uint64_t, NodeStates::kStates>;

}  // namespace

TEST_CASE("nodes and processes are kept apart") {
    auto states = std::make_unique<NodeStates>();
    auto* const first = states->claim(11, 1, 0, everybody);
    auto* const second = states->claim(12, 1, 0, everybody);
    auto* const other = states->claim(11, 2, 2, everybody);
    REQUIRE(first != nullptr);
    REQUIRE(second != nullptr);
    REQUIRE(other != nullptr);
    CHECK(states->sum(1, everybody) == Sums{2, 0, 0});
    CHECK(states->sum(2, everybody) == Sums{0, 0, 1});

    NodeStates::set(*second, 2);
    CHECK(states->sum(1, everybody) == Sums{1, 0, 1});
    NodeStates::set(*second, 1);
    CHECK(states->sum(1, everybody) == Sums{1, 1, 0});
    CHECK(states->sum(3, everybody) == Sums{});

    NodeStates::release(*first);
    CHECK(states->sum(1, everybody) == Sums{0, 1, 0});
}

TEST_CASE("the dead do not count, and leave their places") {
    auto states = std::make_unique<NodeStates>();
    std::size_t places = 0;
    while (states->claim(7, 300, 2, everybody) != nullptr) {
        ++places;
    }
    CHECK(places >= 64);
    const auto alive = [](std::uint32_t process) { return process != 7; };
    CHECK(states->sum(300, alive) == Sums{});
    CHECK(states->claim(8, 5, 1, alive) != nullptr);
    CHECK(states->sum(5, alive) == Sums{0, 1, 0});
    CHECK(states->sum(300, everybody)[2] == places - 1);
}
