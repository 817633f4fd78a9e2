// The keys of the embedded store, against a model, full, expired, told as effects and done again.
#include "../../src/store/keyspace.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>

#include "../../src/store/refused.hpp"
#include "stores.hpp"

using store::Change;
using store::Keyspace;
using store::Purpose;
using store::Type;
using stores::flaw;
using stores::kNow;
using stores::Memory;

namespace {

void put(Keyspace& keyspace, std::string_view key, std::string_view value, std::int64_t expires = 0,
         std::int64_t now = kNow) {
    Change change(keyspace, now);
    keyspace.set(key, value, expires);
    change.commit();
}

// What dump() tells, in order.
std::map<std::string, std::vector<std::string>> content(const Keyspace& keyspace) {
    std::map<std::string, std::vector<std::string>> all;
    std::uint64_t cursor = 0;
    do {
        cursor = keyspace.dump(cursor, 7, [&all](std::string_view effect) {
            all[std::string(store::read_effect(effect)->texts.front())].emplace_back(effect);
        });
    } while (cursor != 0);
    return all;
}

}  // namespace

TEST_CASE("keyspace: texts and their expiry") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    put(keyspace, "a", "1");
    put(keyspace, "b", "x", kNow + 10);
    CHECK(keyspace.get("a") == "1");
    CHECK(keyspace.get("b") == "x");
    CHECK(keyspace.expiry("a") == 0);
    CHECK(keyspace.expiry("b") == kNow + 10);
    CHECK_FALSE(keyspace.get("c"));
    keyspace.set_time(kNow + 9);
    CHECK(keyspace.get("b") == "x");
    keyspace.set_time(kNow + 10);
    CHECK_FALSE(keyspace.get("b"));
    CHECK_FALSE(keyspace.expiry("b"));
    CHECK(keyspace.usage().keys == 2);
    CHECK(keyspace.sweep(keyspace.buckets()) == 1);
    CHECK(keyspace.usage().keys == 1);
    CHECK(flaw(memory) == "");
}

TEST_CASE("keyspace: a change that is not committed was never made") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    put(keyspace, "a", "1");
    const auto before = content(keyspace);
    {
        const Change change(keyspace, kNow);
        keyspace.set("a", "2", 0);
        keyspace.set_fields("h", {{"x", "1"}, {"y", std::string(5000, 'y')}});
        for (int i = 0; i < 30; ++i) {
            keyspace.add_member("z", "member" + std::to_string(i), i);
        }
        keyspace.erase("a");
    }
    CHECK(content(keyspace) == before);
    CHECK(flaw(memory) == "");
}

TEST_CASE("keyspace: another type is refused, and nothing is done") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    put(keyspace, "a", "1");
    CHECK_THROWS_AS(keyspace.fields("a"), store::Refused);
    CHECK_THROWS_AS(keyspace.members("a"), store::Refused);
    Change change(keyspace, kNow);
    CHECK_THROWS_AS(keyspace.set_fields("a", {{"x", "y"}}), store::Refused);
    CHECK_THROWS_AS(keyspace.add_member("a", "x", 1), store::Refused);
    keyspace.set_fields("h", {{"x", "y"}});
    CHECK_THROWS_AS(keyspace.get("h"), store::Refused);
    keyspace.set("h", "text", 0);
    CHECK(keyspace.get("h") == "text");
}

TEST_CASE("keyspace: what a reader sees without the lock") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    put(keyspace, "time", "1700000000");
    put(keyspace, "all", "*");
    put(keyspace, "soon", "5", kNow + 5);
    Change change(keyspace, kNow);
    keyspace.set_fields("hash", {{"x", "y"}});
    change.commit();
    const auto glance = [&](std::string_view key, std::int64_t now = kNow) {
        return keyspace.glance(keyspace.digest(key), now).value();
    };
    CHECK_FALSE(glance("none").exists);
    CHECK(glance("time").exists);
    CHECK(glance("time").mark == 1700000000);
    CHECK(glance("all").mark == INT64_MAX);
    CHECK(glance("hash").mark == INT64_MAX);
    CHECK(glance("soon", kNow + 4).exists);
    CHECK_FALSE(glance("soon", kNow + 5).exists);
    const Change open(keyspace, kNow);
    keyspace.set("time", "1800000000", 0);
    CHECK_FALSE(keyspace.glance(keyspace.digest("time"), kNow));
    CHECK(keyspace.look(keyspace.digest("time"), kNow).mark == 1800000000);
}

TEST_CASE("keyspace: as a model, whatever is done in whatever order") {
    const Memory memory(8 << 20);
    Keyspace keyspace = memory.keyspace();
    std::map<std::string, std::map<std::string, std::string>> hashes;
    std::map<std::string, std::map<std::string, double>> sets;
    std::mt19937 random(7);
    for (int round = 0; round < 60000; ++round) {
        const std::string key = std::to_string(random() % 12);
        const std::string name = "name" + std::to_string(random() % 400);
        auto change = std::make_unique<Change>(keyspace, kNow);
        switch (random() % 16) {
            case 0:
                CHECK(keyspace.erase("h" + key) == !hashes[key].empty());
                hashes[key].clear();
                break;
            case 1:
                CHECK(keyspace.erase("z" + key) == !sets[key].empty());
                sets[key].clear();
                break;
            case 2:
            case 3:
                CHECK(keyspace.erase_field("h" + key, name) == (hashes[key].erase(name) == 1));
                break;
            case 4:
            case 5:
                CHECK(keyspace.erase_member("z" + key, name) == (sets[key].erase(name) == 1));
                break;
            case 6: {
                const double most = random() % 100;
                std::size_t gone = 0;
                for (auto one = sets[key].begin(); one != sets[key].end();) {
                    const bool is_in = one->second >= 20 && one->second <= most;
                    gone += is_in ? 1 : 0;
                    one = is_in ? sets[key].erase(one) : std::next(one);
                }
                CHECK(keyspace.erase_scored("z" + key, 20, most) == gone);
                break;
            }
            case 7:
            case 8:
            case 9:
            case 10: {
                const std::string value(random() % 300, 'v');
                CHECK(keyspace.set_fields("h" + key, {{name, value}}) ==
                      (hashes[key].count(name) == 0 ? 1 : 0));
                hashes[key][name] = value;
                break;
            }
            default: {
                const double score = random() % 1000;
                CHECK(keyspace.add_member("z" + key, name, score) == (sets[key].count(name) == 0));
                sets[key][name] = score;
            }
        }
        change->commit();
        change.reset();
        if (round % 100 == 0) {
            REQUIRE(flaw(memory) == "");
            CHECK(keyspace.fields("h" + key) == hashes[key]);
            std::map<std::string, double> members;
            double last = 0;
            for (const store::Scored& one : keyspace.members("z" + key)) {
                members[one.member] = one.score;
                CHECK(one.score >= last);
                last = one.score;
            }
            CHECK(members == sets[key]);
            CHECK(keyspace.count("z" + key) == members.size());
            if (!members.empty()) {
                CHECK(keyspace.last_member("z" + key)->score == last);
            }
        }
    }
}

TEST_CASE("keyspace: where it is full records are refused first, marks never before all is gone") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    const auto fill = [&](const std::string& kind, Purpose purpose) {
        std::size_t count = 0;
        while (true) {
            try {
                Change change(keyspace, kNow, purpose);
                keyspace.set(kind + std::to_string(count), std::string(100, 'x'), 0);
                change.commit();
                ++count;
            } catch (const store::Full&) {
                return count;
            }
        }
    };
    const std::size_t records = fill("record", Purpose::record);
    const std::size_t upkeep = fill("upkeep", Purpose::upkeep);
    const std::size_t marks = fill("mark", Purpose::mark);
    CHECK(records > 4000);
    CHECK(upkeep >= records / 16);
    CHECK(marks >= records / 16);
    CHECK(flaw(memory) == "");
    CHECK(keyspace.usage().keys == records + upkeep + marks);
    for (std::size_t i = 0; i < records; ++i) {
        Change change(keyspace, kNow);
        CHECK(keyspace.erase("record" + std::to_string(i)));
        change.commit();
    }
    CHECK(flaw(memory) == "");
    CHECK(fill("more", Purpose::record) + upkeep + marks + 20 > records);
}

TEST_CASE("keyspace: a hundred thousand keys") {
    const Memory memory(64 << 20);
    Keyspace keyspace = memory.keyspace();
    constexpr int kKeys = 100000;
    for (int i = 0; i < kKeys; ++i) {
        put(keyspace, "session:revoked:{42}:" + std::to_string(i), "1", kNow + 10 + i % 2);
        Change change(keyspace, kNow);
        keyspace.add_member("session:user:{42}", "member" + std::to_string(i), i % 1000);
        change.commit();
    }
    CHECK(keyspace.usage().keys == kKeys + 1);
    CHECK(keyspace.count("session:user:{42}") == kKeys);
    CHECK(keyspace.members("session:user:{42}").size() == kKeys);
    CHECK(flaw(memory) == "");
    std::size_t seen = 0;
    std::uint64_t cursor = 0;
    do {
        cursor = keyspace.scan(cursor, 100, [&seen](std::string_view, Type) { ++seen; });
    } while (cursor != 0);
    CHECK(seen == kKeys + 1);
    {
        Change change(keyspace, kNow);
        CHECK(keyspace.erase("session:user:{42}"));
        change.commit();
    }
    keyspace.set_time(kNow + 10);
    CHECK(keyspace.sweep(keyspace.buckets()) == kKeys / 2);
    CHECK(keyspace.usage().keys == kKeys / 2);
    CHECK(flaw(memory) == "");
}

TEST_CASE("keyspace: effects and dumps make the same content elsewhere, in a region of any size") {
    const Memory memory(4 << 20);
    const Memory other(2 << 20);
    Keyspace keyspace = memory.keyspace();
    Keyspace copy = other.keyspace();
    std::vector<std::string> told;
    keyspace.set_sink([&told](const store::Effects& effects) {
        told.insert(told.end(), effects.begin(), effects.end());
        return true;
    });
    {
        Change change(keyspace, kNow);
        for (int i = 0; i < 200; ++i) {
            keyspace.set_fields("large", {{"field" + std::to_string(i), std::string(i, 'v')}});
        }
        change.commit();
    }
    std::mt19937 random(3);
    std::uint64_t cursor = 0;
    bool dumped = false;
    for (int round = 0; round < 6000; ++round) {
        const std::string key = std::to_string(random() % 300);
        const std::int64_t now = kNow + round / 100;
        Change change(keyspace, now);
        switch (random() % 6) {
            case 0:
                keyspace.erase(key);
                break;
            case 1:
                keyspace.set(key, "text", random() % 2 == 0 ? 0 : now + random() % 50);
                break;
            case 2:
                keyspace.expire(key, now + random() % 50);
                break;
            default:
                if (random() % 2 == 0) {
                    keyspace.set_fields("h" + key, {{"x", key}, {"y", "1"}});
                } else {
                    keyspace.add_member("z" + key, std::to_string(random() % 9), random() % 100);
                }
        }
        change.commit();
        if (round == 3000) {
            told.clear();  // as a journal that begins anew with a dump
        }
        if (round >= 3000 && !dumped) {
            cursor = keyspace.dump(cursor, 64,
                                   [&told](std::string_view effect) { told.emplace_back(effect); });
            dumped = cursor == 0;
        }
    }
    REQUIRE(dumped);
    for (const std::string& effect : told) {
        copy.recover();
        Change change(copy, kNow);
        copy.apply(effect);
        change.commit();
    }
    copy.set_time(keyspace.time());
    CHECK(content(copy) == content(keyspace));
    CHECK(flaw(other) == "");
}

TEST_CASE("keyspace: what cannot be kept is not done") {
    const Memory memory(1 << 20);
    Keyspace keyspace = memory.keyspace();
    keyspace.set_sink([](const store::Effects&) { return false; });
    CHECK_THROWS_AS(put(keyspace, "a", "1"), store::Refused);
    CHECK(keyspace.type("a") == Type::none);
    keyspace.set_sink(nullptr);
    keyspace.close(true);
    CHECK_THROWS_AS(put(keyspace, "a", "1"), store::Refused);
    keyspace.close(false);
    put(keyspace, "a", "1");
    CHECK(keyspace.get("a") == "1");
    CHECK(flaw(memory) == "");
}

TEST_CASE("keyspace: no region where there is no room for one") {
    alignas(64) static char memory[4096];
    CHECK_FALSE(Keyspace::format(memory, sizeof(memory), stores::kSeed));
}
