// The end of all processes at any call to the disk: either file is whole, and holds all that was
// said to be safe.
#include "journals.hpp"

using journals::del;
using journals::FaultyDisk;
using journals::flushed;
using journals::Folder;
using journals::Instance;
using journals::Keys;
using journals::restarted;
using journals::set;

namespace {

constexpr int kMostCalls = 1000;

void fill(Instance& instance) {
    for (const char* key : {"a", "b", "c", "d", "e"}) {
        instance.change({set(key, "1")});
    }
}

enum class Work : std::uint8_t { flush, compact, write_anew, first };

// What is safe before the work begins must be there after it was cut off; what comes in meanwhile
// may.
bool survives(Work work, int call) {
    const Folder folder;
    FaultyDisk disk;
    Instance instance(folder, disk);
    fill(instance);
    store::Journal worker = instance.worker();
    if (work != Work::first) {
        CHECK(flushed(worker));
        CHECK(restarted(folder) == instance.map.keys);
    }
    Keys safe = work == Work::first ? Keys{} : instance.map.keys;
    instance.change({set("a", "2"), del("e"), set("f", "2")});
    const Keys whole = instance.map.keys;
    if (work == Work::write_anew) {
        instance.ring.note_lapse();
    }
    bool killed = false;
    disk.calls = 0;
    disk.kill_at = call;
    try {
        store::Journal own = instance.worker();
        const store::Report report = work == Work::compact ? own.compact() : own.flush();
        CHECK(!report.failure);
    } catch (const FaultyDisk::Killed&) {
        killed = true;
    }
    disk.kill_at = -1;
    if (instance.ring.durable() == instance.ring.appended()) {
        safe = whole;
    }
    Keys found;
    const store::Loaded loaded = journals::load(folder, found);
    CHECK(!loaded.failure);
    CHECK(!loaded.damage);
    CHECK((found == safe || found == whole));
    CHECK(loaded.missing == (work == Work::first && found.empty()));

    // A new start goes on from there.
    Instance next(folder, disk);
    next.change({set("g", "3")});
    store::Journal next_worker = next.worker();
    CHECK(flushed(next_worker));
    found["g"] = "3";
    CHECK(restarted(folder) == found);

    // And so does this instance, if only a worker was killed.
    CHECK(flushed(worker));
    CHECK(instance.ring.durable() == instance.ring.appended());
    CHECK(restarted(folder) == instance.map.keys);
    return killed;
}

int calls_of(Work work) {
    int call = 0;
    while (call < kMostCalls && survives(work, call)) {
        ++call;
    }
    return call;
}

}  // namespace

TEST_CASE("journal crash: while lines are added") {
    CHECK(calls_of(Work::flush) >= 3);
}

TEST_CASE("journal crash: while a long journal is compacted") {
    CHECK(calls_of(Work::compact) >= 7);
}

TEST_CASE("journal crash: while it is written anew") {
    CHECK(calls_of(Work::write_anew) >= 6);
}

TEST_CASE("journal crash: while the first one is written") {
    CHECK(calls_of(Work::first) >= 6);
}
