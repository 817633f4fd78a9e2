// What processes have: a sum over those that live.
#include "../../src/cache/presence.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>

namespace {

using cache::Presence;

struct Processes {
    bool operator()(std::uint32_t process) const { return living.count(process) != 0; }

    std::set<std::uint32_t> living;
};

}  // namespace

TEST_CASE("presence: a sum over processes") {
    const auto presence = std::make_unique<Presence>();
    const Processes both = {{11, 12}};
    CHECK(presence->sum(both) == 0);
    Presence::Place* one = presence->claim(11, both);
    Presence::Place* two = presence->claim(12, both);
    REQUIRE(one != nullptr);
    REQUIRE(two != nullptr);
    CHECK(one != two);
    Presence::add(*one);
    Presence::add(*one);
    Presence::add(*two);
    CHECK(presence->sum(both) == 3);
    Presence::remove(*one);
    CHECK(presence->sum(both) == 2);
    CHECK(presence->claim(11, both) == one);
}

TEST_CASE("presence: the dead do not count, and leave their place") {
    const auto presence = std::make_unique<Presence>();
    Presence::Place* place = presence->claim(11, Processes{{11}});
    Presence::add(*place);
    CHECK(presence->sum(Processes{{12}}) == 0);
    CHECK(presence->claim(12, Processes{{12}}) == place);
    CHECK(presence->sum(Processes{{11, 12}}) == 0);
}

TEST_CASE("presence: more processes than places") {
    const auto presence = std::make_unique<Presence>();
    const auto all = [](std::uint32_t) { return true; };
    std::uint32_t process = 1;
    while (presence->claim(process, all) != nullptr) {
        REQUIRE(++process < 1000);
    }
    CHECK(process > 32);
}

TEST_CASE("presence: a number that a process sets") {
    const auto presence = std::make_unique<Presence>();
    const Processes both = {{11, 12}};
    Presence::Place* one = presence->claim(11, both);
    Presence::Place* two = presence->claim(12, both);
    REQUIRE(one != nullptr);
    REQUIRE(two != nullptr);
    Presence::set(*one, 11, 5);
    Presence::set(*two, 12, 100000);
    CHECK(presence->sum(both) == 100005);
    Presence::set(*one, 11, 2);
    CHECK(presence->sum(both) == 100002);
    CHECK(presence->sum(Processes{{11}}) == 2);
}
