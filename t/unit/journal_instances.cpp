// Instances that share a journal, as while one binary takes over from another.
#include "journals.hpp"

using journals::del;
using journals::FaultyDisk;
using journals::flushed;
using journals::Folder;
using journals::Instance;
using journals::Keys;
using journals::restarted;
using journals::set;

TEST_CASE("journal shared: each instance has what the other one wrote") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    one.change({set("a", "1")});
    CHECK(flushed(old_worker));
    Instance two(folder, disk);
    store::Journal new_worker = two.worker();
    CHECK(two.map.keys == one.map.keys);
    one.change({set("b", "1")});
    CHECK(flushed(old_worker));
    two.change({set("c", "1"), del("a")});
    CHECK(flushed(new_worker));
    CHECK(two.map.keys == Keys{{"b", "1"}, {"c", "1"}});
    CHECK(flushed(old_worker));
    CHECK(one.map.keys == two.map.keys);
    CHECK(restarted(folder) == two.map.keys);
}

TEST_CASE("journal shared: the order of the file is everybody's") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    CHECK(flushed(old_worker));
    Instance two(folder, disk);
    store::Journal new_worker = two.worker();
    two.change({set("a", "two")});
    one.change({set("a", "one"), set("b", "one")});
    two.change({set("b", "two")});
    CHECK(flushed(old_worker));
    CHECK(flushed(new_worker));
    CHECK(flushed(old_worker));
    CHECK(two.map.keys == Keys{{"a", "two"}, {"b", "two"}});
    CHECK(one.map.keys == two.map.keys);
    CHECK(restarted(folder) == two.map.keys);
}

TEST_CASE("journal shared: a compaction by the other one loses no deletion and leads nobody back") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    one.change({set("a", "1"), set("b", "1")});
    CHECK(flushed(old_worker));
    Instance two(folder, disk);
    store::Journal new_worker = two.worker();
    CHECK(flushed(new_worker));
    one.change({del("a"), set("b", "2")});
    CHECK(flushed(old_worker));
    store::Journal compactor = one.worker();
    CHECK(compactor.compact().compacted);
    one.change({set("c", "1")});
    CHECK(flushed(old_worker));
    two.change({set("d", "1")});
    CHECK(flushed(new_worker));
    CHECK(two.map.keys == Keys{{"b", "2"}, {"c", "1"}, {"d", "1"}});
    CHECK(restarted(folder) == two.map.keys);
}

TEST_CASE("journal shared: who has not seen the old file reads the whole new one") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    one.change({set("a", "1")});
    CHECK(flushed(old_worker));
    Instance two(folder, disk);
    for (const char* value : {"2", "3"}) {
        one.change({set("a", value)});
        CHECK(flushed(old_worker));
        store::Journal compactor = one.worker();
        CHECK(compactor.compact().compacted);
    }
    one.change({set("b", "1")});
    CHECK(flushed(old_worker));
    store::Journal new_worker = two.worker();
    CHECK(flushed(new_worker));
    CHECK(two.map.keys == Keys{{"a", "3"}, {"b", "1"}});
}

TEST_CASE("journal shared: a worker finishes what another one was killed over") {
    for (int call = 0; call < 6; ++call) {
        CAPTURE(call);
        const Folder folder;
        FaultyDisk disk;
        Instance one(folder, disk);
        store::Journal worker = one.worker();
        one.change({set("a", "1")});
        CHECK(flushed(worker));
        Instance two(folder, disk);
        one.change({set("a", "2"), set("b", "2")});
        {
            store::Journal killed = one.worker();
            disk.calls = 0;
            disk.kill_at = call;
            try {
                killed.flush();
            } catch (const FaultyDisk::Killed&) {
                CHECK(one.ring.durable() != one.ring.appended());
            }
            disk.kill_at = -1;
        }
        one.change({set("a", "3")});
        store::Journal other = two.worker();
        two.change({set("c", "1")});
        CHECK(flushed(other));
        CHECK(flushed(worker));
        CHECK(flushed(other));
        CHECK(one.map.keys == Keys{{"a", "3"}, {"b", "2"}, {"c", "1"}});
        CHECK(two.map.keys == one.map.keys);
        CHECK(restarted(folder) == one.map.keys);
    }
}

TEST_CASE("journal shared: what finds no room here is told of") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    CHECK(flushed(old_worker));
    Instance two(folder, disk);
    two.map.most = 1;
    store::Journal new_worker = two.worker();
    one.change({set("a", "1"), set("b", "1")});
    CHECK(flushed(old_worker));
    const store::Report report = new_worker.flush();
    REQUIRE(report.failure);
    CHECK(report.failure->what.find("no room") != std::string::npos);
    two.map.most = 10;
    CHECK(flushed(new_worker));
    CHECK(two.map.keys.size() == 2);
}

TEST_CASE("journal shared: who is bound elsewhere writes nothing, and the new journal has it all") {
    const Folder folder;
    const Folder moved;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    one.change({set("a", "1")});
    CHECK(flushed(old_worker));
    const std::string before = folder.read();
    one.change({set("b", "1")});
    one.ring.bind(2);
    one.change({set("c", "1")});
    CHECK(old_worker.flush().elsewhere);
    CHECK(old_worker.compact().elsewhere);
    CHECK(folder.read() == before);
    store::Journal new_worker(disk, one.map, one.ring, 2, moved.path(), "app", journals::next_id);
    CHECK(flushed(new_worker));
    CHECK(one.ring.durable() == one.ring.appended());
    CHECK(restarted(moved) == one.map.keys);
}

TEST_CASE("journal shared: a store that is copied into another memory goes on with the journal") {
    const Folder folder;
    store::Disk disk;
    Instance one(folder, disk);
    store::Journal old_worker = one.worker();
    one.change({set("a", "1")});
    CHECK(flushed(old_worker));
    one.change({set("a", "2")});  // not in the file yet

    std::vector<std::uint64_t> memory(8192);
    store::EffectRing ring(memory.data(), memory.size() * 8);
    journals::Map copy;
    copy.keys = one.map.keys;
    ring.continue_from(one.ring);
    store::Journal new_worker(disk, copy, ring, 1, folder.path(), "app", journals::next_id);
    CHECK(flushed(old_worker));
    CHECK(ring.append({set("b", "1")}));
    journals::apply(copy.keys, {set("b", "1")});
    CHECK(flushed(new_worker));
    CHECK(copy.keys == Keys{{"a", "2"}, {"b", "1"}});
    CHECK(restarted(folder) == copy.keys);
}
