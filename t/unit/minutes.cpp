// Counts of the last hour: each in its minute, none of an hour before, none lost between workers.
#include "../../src/cache/minutes.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

namespace {

using Minutes = cache::Minutes<2>;
constexpr std::uint64_t kNow = 29912345;

}  // namespace

TEST_CASE("minutes: each counts for itself") {
    const auto minutes = std::make_unique<Minutes>();
    minutes->count(0, kNow);
    minutes->count(0, kNow);
    minutes->count(1, kNow);
    minutes->count(0, kNow + 1);
    CHECK(minutes->at(0, kNow) == 2);
    CHECK(minutes->at(1, kNow) == 1);
    CHECK(minutes->at(0, kNow + 1) == 1);
    CHECK(minutes->at(1, kNow + 1) == 0);
}

TEST_CASE("minutes: an hour later the place begins anew") {
    const auto minutes = std::make_unique<Minutes>();
    minutes->count(0, kNow);
    CHECK(minutes->at(0, kNow + 60) == 0);
    minutes->count(0, kNow + 60);
    CHECK(minutes->at(0, kNow + 60) == 1);
    CHECK(minutes->at(0, kNow) == 0);
}

TEST_CASE("minutes: a worker that is late spoils nothing") {
    const auto minutes = std::make_unique<Minutes>();
    minutes->count(0, kNow + 1);
    minutes->count(0, kNow);
    CHECK(minutes->at(0, kNow) == 1);
    CHECK(minutes->at(0, kNow + 1) == 1);
    minutes->count(0, kNow + 60);
    minutes->count(0, kNow);  // an hour late
    CHECK(minutes->at(0, kNow + 60) == 1);
}

TEST_CASE("minutes: many at once, over the end of a minute and of an hour") {
    const auto minutes = std::make_unique<Minutes>();
    constexpr int kWriters = 4;
    constexpr std::uint64_t kEach = 20000;
    minutes->count(0, kNow - 60);
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i) {
        writers.emplace_back([&minutes] {
            for (std::uint64_t k = 0; k < kEach; ++k) {
                minutes->count(0, kNow + k * 2 / kEach);
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    CHECK(minutes->at(0, kNow) == kWriters * kEach / 2);
    CHECK(minutes->at(0, kNow + 1) == kWriters * kEach / 2);
}
