// How long what is known is believed.
#include "../../src/cache/coherence.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

using cache::Coherence;
using cache::is_proven;

namespace {

constexpr std::uint64_t kServer = 7;
constexpr std::uint64_t kProven = 100000;
constexpr std::uint64_t kBound = 2000;

bool is_proven_at(std::uint64_t now, std::uint64_t bound = kBound, std::uint64_t server = kServer,
                  std::uint64_t proven = kProven) {
    Coherence coherence{};
    coherence.server = kServer;
    coherence.proven = proven;
    return is_proven(coherence, server, now, bound);
}

}  // namespace

TEST_CASE("coherence: zeroed memory proves nothing") {
    const Coherence coherence{};
    for (const std::uint64_t now : std::vector<std::uint64_t>{0, 1, kBound}) {
        CHECK_FALSE(is_proven(coherence, 0, now, kBound));
        CHECK_FALSE(is_proven(coherence, kServer, now, kBound));
    }
}

TEST_CASE("coherence: a proof is believed up to the bound") {
    CHECK(is_proven_at(kProven));
    CHECK(is_proven_at(kProven + 1));
    CHECK(is_proven_at(kProven + kBound));
    CHECK_FALSE(is_proven_at(kProven + kBound + 1));
    CHECK_FALSE(is_proven_at(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("coherence: a bound of nothing and one without end") {
    CHECK(is_proven_at(kProven, 0));
    CHECK_FALSE(is_proven_at(kProven + 1, 0));
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    CHECK(is_proven_at(kMax, kMax));
    CHECK(is_proven_at(1, kMax));
}

TEST_CASE("coherence: the time of another process may be a little behind") {
    CHECK(is_proven_at(kProven - 1));
    CHECK(is_proven_at(kProven - 1, 0));
}

TEST_CASE("coherence: another server's proof is none") {
    CHECK_FALSE(is_proven_at(kProven, kBound, kServer + 1));
    CHECK_FALSE(is_proven_at(kProven, kBound, 0));
}

TEST_CASE("coherence: without a connection there is no proof, however early it is") {
    CHECK_FALSE(is_proven_at(0, kBound, kServer, 0));
    CHECK_FALSE(is_proven_at(1, kBound, kServer, 0));
    CHECK_FALSE(is_proven_at(kBound, kBound, kServer, 0));
}
