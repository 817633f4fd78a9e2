// Processes that share a keyspace: a writer that is killed at any moment leaves every change whole
// or not made, and no block lost; a reader without the lock sees nothing that never was.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>

#include "../../src/store/keyspace.hpp"
#include "stores.hpp"

using std::chrono::steady_clock;
using store::Change;
using store::Keyspace;
using stores::kNow;
using stores::Memory;

namespace {

constexpr int kPairs = 40;

// Two keys that are always changed together: a hash of `count` fields and a set of as many members,
// and a text that says how many.
void write_pair(Keyspace& keyspace, unsigned number, unsigned count) {
    const std::string key = std::to_string(number);
    Change change(keyspace, kNow);
    keyspace.erase("z" + key);
    for (unsigned i = 0; i < count; ++i) {
        keyspace.add_member("z" + key, std::to_string(i) + std::string(40, 'm'), i);
    }
    if (count == 0) {
        keyspace.erase("h" + key);
    } else {
        keyspace.set_fields(
            "h" + key, {{"count", std::to_string(count)}, {"long", std::string(count * 20, 'x')}});
    }
    keyspace.set("t" + key, std::to_string(count), 0);
    change.commit();
}

std::string pair_flaw(const Keyspace& keyspace, unsigned number) {
    const std::string key = std::to_string(number);
    const std::string count = keyspace.get("t" + key).value_or("0");
    const auto fields = keyspace.fields("h" + key);
    const std::size_t members = keyspace.members("z" + key).size();
    const bool fits = count == "0" ? fields.empty()
                                   : fields.size() == 2 && fields.at("count") == count &&
                                         fields.at("long").size() == 20 * std::stoul(count);
    return fits && std::to_string(members) == count ? "" : "pair " + key + " is torn";
}

// Writes until it is killed.
class Writer {
public:
    explicit Writer(const Memory& memory, unsigned seed) : process_(fork()) {
        if (process_ == 0) {
            alarm(120);  // should nobody be left to kill it
            Keyspace keyspace = memory.keyspace();
            std::minstd_rand random(seed);
            keyspace.recover();  // of which it may be killed too
            while (true) {
                write_pair(keyspace, random() % kPairs, random() % 60);
                keyspace.sweep(3);
            }
        }
        REQUIRE(process_ > 0);
    }
    ~Writer() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

private:
    pid_t process_;
};

}  // namespace

TEST_CASE("keyspace: a writer that is killed leaves whole changes and loses no memory") {
    constexpr int kRounds = 300;
    constexpr int kMostRounds = 5000;
    const Memory memory(2 << 20);
    Keyspace keyspace = memory.keyspace();
    std::mt19937 random(5);
    int half_way = 0;
    for (int round = 0; round < kRounds || (half_way < 20 && round < kMostRounds); ++round) {
        CAPTURE(round);
        {
            const Writer writer(memory, random());
            usleep(random() % 4000);
        }
        half_way += store::Region(memory.get()).header().noted > 0 ? 1 : 0;
        if (round % 3 != 0) {
            continue;  // the next writer is who finds it
        }
        keyspace.recover();
        keyspace.set_time(kNow);
        REQUIRE(stores::flaw(memory) == "");
        for (unsigned i = 0; i < kPairs; ++i) {
            REQUIRE(pair_flaw(keyspace, i) == "");
        }
    }
    CHECK(half_way >= 20);
}

TEST_CASE("keyspace: a reader without the lock sees what was written, never a part of it") {
    const Memory memory(2 << 20);
    const Keyspace keyspace = memory.keyspace();
    const Writer writer(memory, 1);
    std::size_t seen = 0;
    std::size_t wrong = 0;
    const auto end = steady_clock::now() + std::chrono::seconds(20);
    for (unsigned i = 0; seen < 100000 && steady_clock::now() < end; ++i) {
        const auto key = keyspace.digest("t" + std::to_string(i % kPairs));
        if (const auto glance = keyspace.glance(key, kNow)) {
            seen += glance->exists ? 1 : 0;
            wrong += glance->exists && (glance->mark < 0 || glance->mark >= 60) ? 1 : 0;
        }
    }
    CHECK(seen > 1000);
    CHECK(wrong == 0);
}
