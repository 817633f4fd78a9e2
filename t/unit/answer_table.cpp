// Answers are found as they were put, and those that are of least use make room for new ones.
#include "../../src/cache/answer_table.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "answers.hpp"

using answers::absent;
using answers::kNow;
using answers::mark;
using answers::revoked;
using answers::Table;
using cache::Answer;
using cache::AnswerTable;
using cache::Digest;

namespace {

using Kind = Answer::Kind;

bool is_same(const std::optional<Answer>& one, const Answer& other) {
    return one && one->kind == other.kind && one->value == other.value &&
           one->until == other.until && one->asked == other.asked && one->epoch == other.epoch;
}

// Of one bucket; the digest of zeros is nobody's.
Digest key(std::uint64_t number) {
    return {0, number + 1};
}

// One bucket with an answer in every place, key 0 the one that was used last.
Table full(const Answer& answer = absent()) {
    Table table;
    for (std::uint32_t i = 0; i < answers::bucket_slots(); ++i) {
        REQUIRE(table.put(key(i), answer, kNow - i));
    }
    return table;
}

// The keys of such a table that are still known.
std::vector<std::uint64_t> left(Table& table) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < answers::bucket_slots(); ++i) {
        if (table.knows(key(i))) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

std::vector<std::uint64_t> all_but(std::uint64_t gone) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < answers::bucket_slots(); ++i) {
        if (i != gone) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

constexpr Digest kNew = {0, 1000};

}  // namespace

TEST_CASE("answers: zeroed memory is an empty table") {
    Table table(3);
    CHECK_FALSE(table.knows({0, 0}));
    CHECK_FALSE(table.knows({1, 2}));
    CHECK(table->changes({1, 2}) == 0);
    CHECK(table->capacity() == 3 * answers::bucket_slots());
    CHECK(table->used() == 0);
}

TEST_CASE("answers: what was put is found as it was put") {
    Table table(4);
    Answer given;
    given.value = -5;
    given.until = kNow + 10;
    given.asked = ~std::uint64_t{0};
    given.epoch = 77;
    for (const Kind kind : {Kind::absent, Kind::revoked, Kind::mark}) {
        given.kind = kind;
        const Digest own = {static_cast<std::uint64_t>(kind) << 60, ~std::uint64_t{0}};
        CHECK(table.put(own, given));
        CHECK(is_same(table->find(own, kNow), given));
    }
}

TEST_CASE("answers: a key is found by both of its words") {
    Table table;
    table.put({7, 8}, revoked());
    CHECK(table.knows({7, 8}));
    CHECK_FALSE(table.knows({7, 9}));
    CHECK_FALSE(table.knows({6, 8}));
    CHECK_FALSE(table.knows({8, 7}));
    CHECK_FALSE(table.knows({0, 0}));
}

TEST_CASE("answers: those that nobody asks for any more are of no more use") {
    Table table;
    Answer over = revoked();
    over.until = kNow - 1;
    table.put(key(1), over);
    over.until = kNow;
    table.put(key(2), over);
    CHECK(table->used() == 2);
    CHECK(table->used(kNow) == 1);
}

TEST_CASE("answers: a later answer takes the place of the earlier one") {
    Table table;
    table.put(key(1), revoked());
    table.put(key(1), mark(5));
    CHECK(is_same(table->find(key(1), kNow), mark(5)));
    CHECK(table->used() == 1);
}

TEST_CASE("answers: all views of the memory see the same") {
    Table table(2);
    AnswerTable other(table.memory().data(), 2 * answers::bucket_bytes(), table.changes());
    table.put({1, 1}, mark(3));
    CHECK(is_same(other.find({1, 1}, kNow), mark(3)));
    CHECK(table->changes({1, 1}) == 1);
    other.forget({1, 1}, 5, kNow);
    CHECK(table->find({1, 1}, kNow)->doubtful);
    CHECK(table->changes({1, 1}) == 2);
}

TEST_CASE("answers: a key is forgotten alone, and counted whether it was known or not") {
    Table table(2);
    table.put({0, 1}, absent());
    table.put({0, 2}, absent());
    table->forget({0, 1}, 5, kNow);
    CHECK_FALSE(table.knows({0, 1}));
    CHECK(table.knows({0, 2}));
    CHECK(table->changes({0, 2}) == 1);  // of its neighbours
    CHECK(table->changes({1, 1}) == 0);
    table->forget({1, 3}, 5, kNow);
    CHECK(table->changes({1, 1}) == 1);
    CHECK(table->changes({0, 1}) == 1);
}

TEST_CASE("answers: what speaks against somebody is a change, kept or not") {
    Table table(2);
    CHECK(table.put({0, 1}, absent()));
    CHECK(table->changes({0, 2}) == 0);
    CHECK(table.put({0, 1}, revoked()));
    CHECK(table->changes({0, 2}) == 1);
    CHECK(table.put({0, 1}, mark(1)));
    CHECK(table->changes({0, 2}) == 2);
    CHECK_FALSE(table->put({0, 1}, mark(2), 1, kNow));
    CHECK(table->changes({0, 2}) == 3);
    CHECK(table->changes({1, 1}) == 0);
}

TEST_CASE("answers: one that was asked for before a change is not kept") {
    Table table;
    table.put(key(1), mark(1));
    const std::uint32_t changes = table->changes(key(1));
    table->forget(key(2), 5, kNow);
    CHECK_FALSE(table->put(key(1), absent(), changes, kNow));
    CHECK(is_same(table->find(key(1), kNow), mark(1)));
    table->forget(key(1), 5, kNow);
    CHECK_FALSE(table->put(key(1), absent(), changes, kNow));
    CHECK_FALSE(table->put(key(1), absent(), changes + 1, kNow));
    CHECK(table->find(key(1), kNow)->doubtful);
    CHECK(table->put(key(1), absent(), changes + 2, kNow));
    CHECK(is_same(table->find(key(1), kNow), absent()));
}

TEST_CASE("answers: what speaks against somebody becomes doubtful, all else is forgotten") {
    Table table;
    table.put(key(1), revoked(7));
    table.put(key(2), mark(3));
    table.put(key(3), absent());
    for (const std::uint64_t number : {1U, 2U, 3U}) {
        table->forget(key(number), 5, kNow);
    }
    CHECK(table->find(key(1), kNow)->kind == Kind::revoked);
    CHECK(table->find(key(1), kNow)->doubtful);
    CHECK(table->find(key(1), kNow)->epoch == 5);
    CHECK(table->find(key(2), kNow)->value == 3);
    CHECK(table->find(key(2), kNow)->doubtful);
    CHECK_FALSE(table.knows(key(3)));
    table.put(key(1), revoked(7));
    CHECK_FALSE(table->find(key(1), kNow)->doubtful);
}

TEST_CASE("answers: the one that was used least recently makes room") {
    const std::uint64_t last = answers::bucket_slots() - 1;
    Table untouched = full();
    untouched.put(kNew, absent());
    CHECK(untouched.knows(kNew));
    CHECK(left(untouched) == all_but(last));

    Table touched = full();
    CHECK(touched.knows(key(last)));  // which is a use
    touched.put(kNew, absent());
    CHECK(left(touched) == all_but(last - 1));

    Table renewed = full();
    renewed.put(key(last), absent());
    renewed.put(kNew, absent());
    CHECK(left(renewed) == all_but(last - 1));
}

TEST_CASE("answers: other buckets are left alone") {
    Table table(2);
    for (std::uint64_t i = 0; i < answers::bucket_slots(); ++i) {
        table.put({1, i}, absent(), kNow - 1000);
        table.put({2, i}, absent());
    }
    table.put({2, 1000}, absent());
    for (std::uint64_t i = 0; i < answers::bucket_slots(); ++i) {
        CHECK(table.knows({1, i}));
    }
}

TEST_CASE("answers: a new answer to a known key makes nobody leave") {
    Table table = full();
    table.put(key(3), revoked());
    CHECK(left(table).size() == answers::bucket_slots());
}

TEST_CASE("answers: a free place is taken before anybody has to leave") {
    Table table = full();
    table->forget(key(0), 5, kNow);
    table.put(kNew, absent());
    CHECK(table.knows(kNew));
    CHECK(left(table) == all_but(0));
}

TEST_CASE("answers: one that nobody asks for any more leaves first, whatever it says") {
    for (const Answer& over : {absent(kNow - 1), revoked(kNow - 1)}) {
        Table table = full();
        table.put(key(0), over);
        table.put(kNew, absent());
        CHECK(left(table) == all_but(0));
    }
    Table table = full();
    table.put(key(0), absent(kNow));  // still asked for, in this second
    table.put(kNew, absent());
    CHECK(left(table) == all_but(answers::bucket_slots() - 1));
}

TEST_CASE("answers: those that speak against somebody leave last, least recently used or not") {
    const std::uint64_t slots = answers::bucket_slots();
    for (const Answer& rejecting : {revoked(), revoked(kNow + 9), mark(1)}) {
        for (const std::uint64_t other : {std::uint64_t{0}, slots / 2, slots - 1}) {
            Table table = full(rejecting);
            table.put(key(other), absent(), kNow + 1);
            table.put(kNew, rejecting);
            CHECK(table.knows(kNew));
            CHECK(left(table) == all_but(other));
        }
    }
}

TEST_CASE("answers: any number of harmless ones passes by those that speak against somebody") {
    Table table = full(revoked());
    table.put(key(2), absent());
    for (std::uint64_t i = 0; i < 100; ++i) {
        table.put({0, 1000 + i}, absent(), kNow + static_cast<std::uint32_t>(i));
        CHECK(table.knows({0, 1000 + i}));
    }
    CHECK(left(table) == all_but(2));
}

TEST_CASE("answers: where all speak against somebody, a harmless one is not kept") {
    Table table = full(revoked());
    CHECK_FALSE(table.put(kNew, absent()));
    CHECK_FALSE(table.knows(kNew));
    CHECK(left(table).size() == answers::bucket_slots());
    CHECK(table.put(key(1), absent()));  // what the store says of it now
    CHECK(is_same(table->find(key(1), kNow), absent()));
    CHECK(table.put(key(0), revoked(kNow - 1)));
    CHECK(table.put(kNew, absent()));
    CHECK(left(table) == all_but(0));
}

TEST_CASE("answers: where all speak against somebody, the one used least recently leaves") {
    Table table = full(revoked());
    const std::uint64_t last = answers::bucket_slots() - 1;
    table.put(key(last), mark(7), kNow + 1);
    table.put(kNew, revoked());
    CHECK(left(table) == all_but(last - 1));
}

TEST_CASE("answers: those in use are counted, estimated in a table that is large") {
    Table small(5);
    small.put({0, 1}, absent());
    small.put({1, 1}, revoked());
    small.put({2, 1}, mark(1));
    small.put({3, 1}, absent());
    small->forget({3, 1}, 5, kNow);
    CHECK(small->capacity() == 5 * answers::bucket_slots());
    CHECK(small->used() == 3);

    constexpr std::uint64_t kBuckets = 20000;
    Table large(kBuckets);
    CHECK(large->used() == 0);
    for (std::uint64_t bucket = 0; bucket < kBuckets; ++bucket) {
        large.put({bucket, 1}, absent());
    }
    CHECK(large->used() > kBuckets * 9 / 10);
    CHECK(large->used() < kBuckets * 11 / 10);
    for (std::uint64_t i = 0; i < kBuckets * answers::bucket_slots(); ++i) {
        large.put({i % kBuckets, 1 + i / kBuckets}, absent());
    }
    CHECK(large->used() == large->capacity());
}

TEST_CASE("answers: a copy has all that is still of use, in a table of any size") {
    for (const std::size_t buckets : {1, 2, 3, 7, 100}) {
        CAPTURE(buckets);
        Table from(3);
        Table to(buckets);
        Answer given = mark(-1);
        given.asked = 11;
        given.epoch = 12;
        from.put({0, 1}, given);
        from.put({1, 1}, revoked(kNow));
        from.put({2, 1}, absent());
        from.put({2, 2}, revoked(kNow - 1));
        from->copy_to(*to, kNow);
        CHECK(is_same(to->find({0, 1}, kNow), given));
        CHECK(is_same(to->find({1, 1}, kNow), revoked(kNow)));
        CHECK(is_same(to->find({2, 1}, kNow), absent()));
        CHECK_FALSE(to.knows({2, 2}));
        CHECK(to->used() == 3);
        CHECK(from->used() == 4);
    }
}

TEST_CASE("answers: a copy knows who was used least recently") {
    Table from = full();
    Table to;
    from->copy_to(*to, kNow);
    to.put(kNew, absent());
    CHECK(left(to) == all_but(answers::bucket_slots() - 1));
}

TEST_CASE("answers: in a copy that is too small stay those that speak against somebody") {
    const std::uint64_t slots = answers::bucket_slots();
    Table from(4);
    Table to;
    for (std::uint64_t i = 0; i < 4 * slots; ++i) {
        const bool rejects = i % slots == 0;  // of each bucket the first
        from.put({4 + i / slots, i}, rejects ? revoked() : absent(), rejects ? kNow - 9 : kNow);
    }
    from->copy_to(*to, kNow);
    CHECK(to->used() == slots);
    for (std::uint64_t i = 0; i < 4; ++i) {
        CHECK(to.knows({4 + i, i * slots}));
    }
}

TEST_CASE("answers: in a copy that is too small no harmless one takes the place of a revocation") {
    for (const std::uint64_t first : {0, 1}) {
        Table from(2);
        Table to;
        for (std::uint64_t i = 1; i <= answers::bucket_slots(); ++i) {
            from.put({first, i}, revoked(), kNow - 9);
            from.put({1 - first, i}, absent());
        }
        from->copy_to(*to, kNow);
        for (std::uint64_t i = 1; i <= answers::bucket_slots(); ++i) {
            CHECK(to.knows({first, i}));
        }
    }
}

TEST_CASE("answers: memory of no use is a table that keeps nothing") {
    std::vector<std::uint64_t> memory(answers::bucket_bytes() / sizeof(std::uint64_t));
    Table other;
    other.put(key(1), revoked());
    for (AnswerTable table : {AnswerTable(), AnswerTable(nullptr, 0, {}),
                              AnswerTable(memory.data(), answers::bucket_bytes() - 1, {})}) {
        CHECK_FALSE(table.find(key(1), kNow));
        CHECK(table.changes(key(1)) == 0);
        CHECK_FALSE(table.put(key(1), revoked(), 0, kNow));
        table.forget(key(1), 5, kNow);
        CHECK(table.changes(key(1)) == 0);
        CHECK(table.capacity() == 0);
        CHECK(table.used() == 0);
        table.copy_to(*other, kNow);
        other->copy_to(table, kNow);
    }
    CHECK(other->used() == 1);
    CHECK(memory == std::vector<std::uint64_t>(memory.size()));
}

TEST_CASE("answers: nothing is written behind the end") {
    const std::size_t words = answers::bucket_bytes() / sizeof(std::uint64_t);
    std::vector<std::uint64_t> memory(3 * words);
    AnswerTable table(memory.data(), 3 * answers::bucket_bytes() - 1, {});
    for (std::uint64_t i = 0; i < 1000; ++i) {
        table.put({i, 1}, revoked(), table.changes({i, 1}), kNow);
        table.forget({i + 1, 1}, 5, kNow);
    }
    CHECK(table.capacity() == 2 * answers::bucket_slots());
    CHECK(std::vector<std::uint64_t>(memory.begin() + 2 * static_cast<std::ptrdiff_t>(words),
                                     memory.end()) == std::vector<std::uint64_t>(words));
}

TEST_CASE("answers: whatever happens, a key has its last answer or none") {
    std::mt19937 random(4);  // the same numbers every time
    Table table(3);
    std::map<Digest, Answer> last;
    std::size_t hits = 0;
    for (std::uint32_t i = 0; i < 50000; ++i) {
        const std::uint64_t tag = random() % 3;
        const Digest own = {random() % 6 | tag << 48, 1 + random() % 8};
        const unsigned choice = random() % 10;
        const std::uint32_t now = kNow + i / 100;
        if (choice < 4) {
            Answer given = answers::answer(static_cast<Kind>(1 + random() % 3), now + random() % 9);
            given.value = i;
            last.erase(own);
            if (table.put(own, given, now)) {
                last[own] = given;
            }
        } else if (choice == 4) {
            table->forget(own, 5, now);
            if (last.count(own) != 0 && last[own].rejects()) {
                last[own].doubtful = true;
                last[own].epoch = 5;
            } else {
                last.erase(own);
            }
        } else if (const auto found = table->find(own, now)) {
            ++hits;
            REQUIRE(last.count(own) == 1);
            REQUIRE(is_same(found, last[own]));
        }
    }
    CHECK(hits > 1000);
}
