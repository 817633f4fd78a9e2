// Processes that share a table: a reader sees whole answers while another one writes, and a writer
// that is killed at any moment leaves nothing behind that could be taken for an answer.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <random>
#include <set>

#include "answers.hpp"

using answers::kNow;
using cache::Answer;
using cache::AnswerTable;
using cache::Digest;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kBuckets = 4;
constexpr std::uint64_t kToldEpoch = 5;
constexpr std::uint64_t kKeys = 64;  // twice what there is room for

Digest key(std::uint64_t number) {
    return {number | number << 48, ~number * 0x9e3779b97f4a7c15U};  // each with a tag of its own
}

// Every field tells the key and the count, so that parts of two answers do not fit.
Answer numbered(std::uint64_t number, std::uint64_t count) {
    Answer answer;
    answer.kind = static_cast<Answer::Kind>(1 + (number + count) % 3);
    answer.value = static_cast<std::int64_t>(count * 0x9e3779b97f4a7c15U + number);
    answer.until = std::int64_t{1} << 40 | static_cast<std::int64_t>(count << 8 | number);
    answer.asked = count;
    answer.epoch = ~count ^ number << 32;
    return answer;
}

bool is_whole(std::uint64_t number, const Answer& answer) {
    const Answer whole = numbered(number, answer.asked);
    return answer.kind == whole.kind && answer.value == whole.value &&
           answer.until == whole.until &&
           answer.epoch == (answer.doubtful ? kToldEpoch : whole.epoch);
}

void put(AnswerTable& table, std::uint64_t number, const Answer& answer, std::uint32_t now) {
    table.put(key(number), answer, table.changes(key(number)), now);
}

// A table in memory that processes share, and how much has been written to it.
class Shared {
public:
    Shared()
        : memory_(
              mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
        REQUIRE(memory_ != MAP_FAILED);
    }
    ~Shared() { munmap(memory_, bytes()); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    AnswerTable table() const {
        return {memory_, table_bytes(), {&written() + 1, kBuckets * sizeof(std::uint32_t)}};
    }

    std::atomic<std::uint64_t>& written() const {
        return *reinterpret_cast<std::atomic<std::uint64_t>*>(static_cast<char*>(memory_) +
                                                              table_bytes());
    }

private:
    static std::size_t table_bytes() { return kBuckets * answers::bucket_bytes(); }
    static std::size_t bytes() {
        return table_bytes() + sizeof(std::atomic<std::uint64_t>) +
               kBuckets * sizeof(std::uint32_t);
    }

    void* memory_;
};

// Writes until it is killed, which its end does.
class Writer {
public:
    Writer(const Shared& shared, std::uint64_t keys, bool forgets) {
        const std::uint64_t before = shared.written().load();
        process_ = fork();
        if (process_ == 0) {
            write(shared, keys, forgets);
        }
        REQUIRE(process_ > 0);
        while (shared.written().load() == before && waitpid(process_, nullptr, WNOHANG) == 0) {
        }
    }
    ~Writer() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

private:
    [[noreturn]] static void write(const Shared& shared, std::uint64_t keys, bool forgets) {
        alarm(120);  // should nobody be left to kill it
        AnswerTable table = shared.table();
        std::uint64_t count = shared.written().load();
        std::minstd_rand random(static_cast<unsigned>(count) + 1);
        while (true) {
            const std::uint64_t number = random() % keys;
            if (forgets && random() % 4 == 0) {
                table.forget(key(number), kToldEpoch, kNow);
            } else {
                put(table, number, numbered(number, count), kNow + random() % 16);
            }
            shared.written().store(++count);
        }
    }

    pid_t process_;
};

void spin(std::chrono::microseconds time) {
    const auto end = steady_clock::now() + time;
    while (steady_clock::now() < end) {
    }
}

// Nobody writes: every answer that counts is whole, and that of one key.
void check_all_whole(const AnswerTable& table) {
    std::size_t found = 0;
    std::size_t broken = 0;
    for (std::uint64_t number = 0; number < 2 * kKeys; ++number) {
        if (const auto answer = table.find(key(number), kNow)) {
            ++found;
            broken += is_whole(number, *answer) ? 0 : 1;
        }
    }
    CHECK(broken == 0);
    CHECK(table.used() == found);
}

// Other keys, which all places are needed for; nobody older may stay.
void check_all_writable(AnswerTable& table) {
    const std::size_t slots = table.capacity();
    REQUIRE(slots <= kKeys);
    const std::uint32_t later = kNow + 100;
    for (std::uint64_t i = 0; i < slots; ++i) {
        Answer answer = numbered(kKeys + i, 0);
        for (std::uint64_t count = 1; answer.kind != Answer::Kind::revoked; ++count) {
            answer = numbered(kKeys + i, count);  // or the older ones would stay longer
        }
        put(table, kKeys + i, answer, later);
    }
    std::size_t found = 0;
    for (std::uint64_t i = 0; i < slots; ++i) {
        found += table.find(key(kKeys + i), kNow) ? 1 : 0;
    }
    CHECK(found == slots);
    CHECK(table.used() == slots);
    check_all_whole(table);
}

}  // namespace

TEST_CASE("answers: a writer that is killed leaves whole answers and no place that is lost") {
    constexpr int kRounds = 200;
    constexpr int kMaxRounds = 5000;
    const Shared shared;
    AnswerTable table = shared.table();
    std::mt19937 random(7);  // the same numbers every time
    int torn = 0;            // how often it was killed while it wrote an answer
    for (int round = 0; round < kRounds || (torn == 0 && round < kMaxRounds); ++round) {
        CAPTURE(round);
        check_all_writable(table);
        const bool forgets = round % 2 != 0;
        {
            const Writer writer(shared, kKeys, forgets);
            spin(std::chrono::microseconds(random() % 200));
        }
        torn += !forgets && table.used() < table.capacity() ? 1 : 0;
        check_all_whole(table);
        answers::Table copy(kBuckets);
        table.copy_to(*copy, kNow);
        CHECK(copy->used() == table.used());
        check_all_whole(*copy);
    }
    CHECK(torn > 0);
}

TEST_CASE("answers: a reader sees whole answers while another process writes") {
    constexpr int kReads = 300000;
    constexpr std::size_t kEnough = 100;
    for (const std::uint64_t keys : {std::uint64_t{1}, std::uint64_t{8}, kKeys}) {
        for (const bool forgets : {false, true}) {
            CAPTURE(keys);
            CAPTURE(forgets);
            const Shared shared;
            const AnswerTable table = shared.table();
            const Writer writer(shared, keys, forgets);
            std::size_t broken = 0;
            std::set<std::uint64_t> counts;  // of the answers that were seen
            const auto end = steady_clock::now() + std::chrono::seconds(20);
            for (int i = 0; i < kReads || (counts.size() < kEnough && steady_clock::now() < end);
                 ++i) {
                const std::uint64_t number = static_cast<std::uint64_t>(i) % keys;
                if (const auto answer = table.find(key(number), kNow)) {
                    broken += is_whole(number, *answer) ? 0 : 1;
                    if (counts.size() < kEnough) {
                        counts.insert(answer->asked);
                    }
                }
            }
            CHECK(broken == 0);
            CHECK(counts.size() == kEnough);
        }
    }
}
