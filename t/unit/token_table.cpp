// Verified tokens are found by their whole digests, and with all that was known of them.
#include "../../src/cache/token_table.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

using cache::TokenDigest;
using cache::TokenTable;
using cache::VerifiedToken;

namespace {

constexpr std::uint32_t kNow = 1700000000;

TokenDigest digest(std::uint64_t number) {
    return {{0, number + 1}, {number, ~number}};
}

VerifiedToken until(std::int64_t expires) {
    VerifiedToken token;
    token.expires = expires;
    return token;
}

bool is_same(const VerifiedToken& one, const VerifiedToken& other) {
    return one.issued == other.issued && one.expires == other.expires &&
           one.authenticated == other.authenticated && one.signer == other.signer &&
           one.has_user == other.has_user && one.has_tenant == other.has_tenant &&
           one.ids == other.ids && one.stale == other.stale && one.epoch == other.epoch &&
           one.revoked == other.revoked && one.use == other.use;
}

// As much memory as the smallest table of any use needs.
struct Table {
    Table() {
        while (view.capacity() == 0) {
            memory.assign(memory.size() + 1, 0);
            view = TokenTable(memory.data(), memory.size() * sizeof(std::uint64_t));
        }
    }

    bool knows(std::uint64_t number) const { return view.find(digest(number), kNow).has_value(); }

    // Every place taken, 0 by the one that was used last.
    void fill() {
        for (std::uint32_t i = 0; i < view.capacity(); ++i) {
            view.put(digest(i), until(kNow + 60), kNow - i);
        }
        REQUIRE(view.used() == view.capacity());
    }

    // Those of them that are not known any more.
    std::vector<std::uint64_t> gone() const {
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t i = 0; i < view.capacity(); ++i) {
            if (!knows(i)) {
                numbers.push_back(i);
            }
        }
        return numbers;
    }

    std::vector<std::uint64_t> memory;
    TokenTable view;
};

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("tokens: what was put is found as it was put") {
    std::vector<VerifiedToken> tokens(6);
    tokens[1].issued = -1;
    tokens[1].expires = std::numeric_limits<std::int64_t>::max();
    tokens[1].authenticated = std::numeric_limits<std::int64_t>::min();
    tokens[2].signer = std::numeric_limits<std::uint16_t>::max();
    tokens[3].has_user = true;
    tokens[4].has_tenant = true;
    tokens[4].ids = std::numeric_limits<std::uint8_t>::max();
    tokens[5] = {1, 2, 3, 4, true, true, 2, {5, 6}, {7, 8}, {{{9, 10}, {11, 12}}}, 65535};
    Table table;
    for (const VerifiedToken& token : tokens) {
        table.view.put(digest(1), token, kNow);
        const auto found = table.view.find(digest(1), kNow);
        REQUIRE(found);
        CHECK(is_same(*found, token));
    }
    CHECK(table.view.used() == 1);
}

TEST_CASE("tokens: one bit of another digest is another token") {
    Table table;
    table.view.put(digest(1), until(0), kNow);
    for (unsigned bit = 0; bit < 64; ++bit) {
        for (unsigned word = 0; word < 4; ++word) {
            TokenDigest other = digest(1);
            (word < 2 ? other.key : other.rest)[word % 2] ^= std::uint64_t{1} << bit;
            CHECK_FALSE(table.view.find(other, kNow));
        }
    }
    CHECK_FALSE(table.view.find({{0, 0}, {0, 0}}, kNow));
    CHECK(table.knows(1));
}

TEST_CASE("tokens: the place is that of the last eight bytes") {
    CHECK(cache::place_of("header.payload.signature") == cache::place_of("a.b.ignature"));
    std::set<std::uint64_t> places;
    for (char c = 'a'; c <= 'z'; ++c) {
        for (const char* rest : {"1234567", "123456", "", "-", "_"}) {
            places.insert(cache::place_of(std::string(1, c) + rest) & 0xfffff);
            places.insert(cache::place_of(rest + std::string(1, c)) & 0xfffff);
        }
    }
    CHECK(places.size() > 26 * 8);  // of 26 * 9 different texts, in as many places as there are
    CHECK(cache::place_of("") == cache::place_of(""));
}

TEST_CASE("tokens: the one that was used least recently makes room") {
    Table table;
    table.fill();
    const std::uint64_t last = table.view.capacity() - 1;
    CHECK(table.knows(last));  // which is a use
    table.view.put(digest(1000), until(0), kNow);
    CHECK(table.knows(1000));
    CHECK(table.gone() == Numbers{last - 1});
}

TEST_CASE("tokens: one that has expired makes room first") {
    Table table;
    table.fill();
    table.view.put(digest(0), until(kNow - 1), kNow);
    table.view.put(digest(1000), until(0), kNow);
    CHECK(table.gone() == Numbers{0});
}

TEST_CASE("tokens: one without an end, or that ends in this second, is not taken for expired") {
    for (const std::int64_t expires : {std::int64_t{0}, std::int64_t{kNow}}) {
        Table table;
        table.fill();
        table.view.put(digest(0), until(expires), kNow);
        table.view.put(digest(1000), until(0), kNow);
        CHECK(table.gone() == Numbers{table.view.capacity() - 1});
    }
}

TEST_CASE("tokens: memory of no use is a table that keeps nothing") {
    std::vector<std::uint64_t> memory(Table().memory.size());
    const std::size_t bytes = memory.size() * sizeof(std::uint64_t);
    for (TokenTable table :
         {TokenTable(), TokenTable(nullptr, 0), TokenTable(memory.data(), bytes - 1)}) {
        table.put(digest(1), until(0), kNow);
        CHECK_FALSE(table.find(digest(1), kNow));
        CHECK(table.capacity() == 0);
        CHECK(table.used() == 0);
    }
    CHECK(memory == std::vector<std::uint64_t>(memory.size()));
}

TEST_CASE("tokens: those that have expired are of no more use") {
    Table table;
    table.view.put(digest(1), until(kNow - 1), kNow);
    table.view.put(digest(2), until(kNow), kNow);
    table.view.put(digest(3), until(0), kNow);
    CHECK(table.view.used() == 3);
    CHECK(table.view.used(kNow) == 2);
}
