// The journal of one instance, and what it makes of what it finds.
#include "../../src/store/journal.hpp"

#include <sys/stat.h>

#include <cerrno>

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

const std::string kBig(2000, 'x');

// A journal with three keys, written in several flushes.
std::string three_lines(const Folder& folder) {
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    CHECK(flushed(worker));
    for (const char* key : {"a", "b", "c"}) {
        instance.change({set(key, "1")});
        CHECK(flushed(worker));
    }
    return folder.read();
}

}  // namespace

TEST_CASE("journal file: what was flushed is there after a restart, and its owner's alone") {
    const Folder folder;
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    CHECK(flushed(worker));
    CHECK(restarted(folder).empty());
    instance.change({set("a", "1"), set("b", "2")});
    instance.change({del("a")});
    CHECK(instance.ring.durable() != instance.ring.appended());
    CHECK(flushed(worker));
    CHECK(instance.ring.durable() == instance.ring.appended());
    CHECK(restarted(folder) == Keys{{"b", "2"}});
    CHECK(!folder.has_temporary());
    struct stat information = {};
    REQUIRE(::stat(folder.path().c_str(), &information) == 0);
    CHECK((information.st_mode & 07777) == 0600);
}

TEST_CASE("journal file: without a change nothing is written") {
    const Folder folder;
    const std::string text = three_lines(folder);
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    CHECK(instance.map.keys.size() == 3);
    CHECK(flushed(worker));
    CHECK(folder.read() == text);
}

TEST_CASE("journal file: a torn end is cut off and written over, wherever it was torn") {
    const Folder folder;
    const std::string text = three_lines(folder);
    const std::size_t header = text.find('\n') + 1;
    for (std::size_t length = header; length <= text.size(); ++length) {
        CAPTURE(length);
        folder.write(text.substr(0, length));
        store::Disk disk;
        Instance instance(folder, disk);
        Keys keys = instance.map.keys;
        store::Journal worker = instance.worker();
        instance.change({set("d", "1")});
        const store::Report report = worker.flush();
        CHECK(!report.failure);
        CHECK(report.notes.size() == (text[length - 1] == '\n' ? 0 : 1));
        keys["d"] = "1";
        CHECK(restarted(folder) == keys);
    }
}

TEST_CASE("journal file: damage is found when it is loaded, and nothing is written") {
    const Folder folder;
    const std::string text = three_lines(folder);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        CAPTURE(i);
        std::string damaged = text;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        folder.write(damaged);
        Keys keys;
        const store::Loaded loaded = journals::load(folder, keys);
        REQUIRE(loaded.damage);
        CHECK(loaded.damage->offset <= i);
        CHECK(folder.read() == damaged);
    }
    folder.write(text.substr(0, 10));
    Keys keys;
    CHECK(journals::load(folder, keys).damage->what == "a header without an end");
    folder.write("");
    CHECK(journals::load(folder, keys).missing);
}

TEST_CASE("journal file: what disappears, or is damaged, is written anew from memory") {
    const Folder folder;
    const std::string text = three_lines(folder);
    std::string damaged = text;
    damaged[text.size() / 2] ^= 1;
    store::Disk disk;
    const std::vector<std::pair<std::string, const char*>> cases = {
        {text + "1 00000000 +x\n", "does not match its checksum"},
        {text + "x\n" + text, "does not match its checksum"},
        {text.substr(0, text.size() - 3), "cut short"},
        {"", "cut short"},
    };
    for (const auto& [found, why] : cases) {
        CAPTURE(found);
        folder.write(text);
        Instance instance(folder, disk);
        store::Journal worker = instance.worker();
        CHECK(flushed(worker));
        folder.write(found);
        instance.change({set("d", "1")});
        const store::Report report = worker.flush();
        CHECK(!report.failure);
        REQUIRE(report.notes.size() == 1);
        CHECK(report.notes[0].find(why) != std::string::npos);
        CHECK(restarted(folder) == instance.map.keys);
    }
}

TEST_CASE("journal file: one that disappears, or another one in its place, is no loss") {
    const Folder folder;
    three_lines(folder);
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    CHECK(flushed(worker));
    std::filesystem::remove(folder.path());
    CHECK(flushed(worker));
    CHECK(restarted(folder) == instance.map.keys);
    for (const char* other : {"", "other\n", "session-state 1 app"}) {
        std::filesystem::remove(folder.path());
        folder.write(other);
        const store::Report report = worker.flush();
        CHECK(!report.failure);
        REQUIRE(report.notes.size() == 1);
        CHECK(report.notes[0].find("not the state of the realm") != std::string::npos);
        CHECK(restarted(folder) == instance.map.keys);
    }
}

TEST_CASE("journal file: a lapse is made good by a new one") {
    const Folder folder;
    three_lines(folder);
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    instance.change({set("missed", std::string(100000, 'x'))});
    CHECK(instance.ring.has_lapsed());
    instance.change({set("d", "1")});
    CHECK(flushed(worker));
    CHECK(!instance.ring.has_lapsed());
    CHECK(instance.ring.durable() == instance.ring.appended());
    CHECK(restarted(folder) == instance.map.keys);
}

TEST_CASE("journal file: a full disk is told of, and what is there stays whole") {
    const Folder folder;
    three_lines(folder);
    FaultyDisk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    const Keys before = instance.map.keys;
    instance.change({set("d", "1")});
    const std::uint64_t durable = instance.ring.durable();
    disk.write_error = ENOSPC;
    for (int i = 0; i < 3; ++i) {
        const store::Report report = worker.flush();
        REQUIRE(report.failure);
        CHECK(report.failure->code == ENOSPC);
        CHECK(report.failure->what == "cannot write to \"" + folder.path() + "\"");
        CHECK(instance.ring.durable() == durable);
        CHECK(restarted(folder) == before);
    }
    disk.write_error = 0;
    CHECK(flushed(worker));
    CHECK(restarted(folder) == instance.map.keys);
}

TEST_CASE("journal file: after a sync that failed another file is written") {
    const Folder folder;
    three_lines(folder);
    FaultyDisk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    instance.change({set("d", "1")});
    disk.sync_error = EIO;
    CHECK(worker.flush().failure->code == EIO);
    CHECK(worker.flush().failure->code == EIO);
    CHECK(!folder.has_temporary());
    CHECK(instance.ring.durable() != instance.ring.appended());
    disk.sync_error = 0;
    const auto status = disk.status(folder.path());
    CHECK(flushed(worker));
    CHECK(!is_same(*status, *disk.status(folder.path())));
    CHECK(restarted(folder) == instance.map.keys);
    disk.rename_error = EACCES;
    instance.ring.note_lapse();
    CHECK(worker.flush().failure->code == EACCES);
    CHECK(restarted(folder) == instance.map.keys);
}

TEST_CASE("journal file: a short one takes the place of a long one") {
    const Folder folder;
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    store::Journal compactor = instance.worker();
    bool wanted = false;
    for (int i = 0; i < 3000 && !wanted; ++i) {
        instance.change(
            {set("a", kBig + std::to_string(i)), set("b" + std::to_string(i % 7), "1")});
        wanted = worker.flush().wants_compaction;
    }
    CHECK(wanted);
    const store::Report report = compactor.compact();
    CHECK(!report.failure);
    CHECK(report.compacted);
    CHECK(folder.read().size() < 2 * kBig.size());
    CHECK(restarted(folder) == instance.map.keys);
    instance.change({set("c", "1")});
    const store::Report after = worker.flush();
    CHECK(!after.failure);
    CHECK(!after.wants_compaction);
    CHECK(after.notes.empty());
    CHECK(restarted(folder) == instance.map.keys);
}

TEST_CASE("journal file: what changes while it is compacted is in the new one") {
    const Folder folder;
    store::Disk disk;
    Instance instance(folder, disk);
    store::Journal worker = instance.worker();
    store::Journal compactor = instance.worker();
    for (const char* key : {"a", "b", "c", "d", "e", "f", "g"}) {
        instance.change({set(key, "1")});
    }
    CHECK(flushed(worker));
    instance.map.between = [&](std::uint64_t part) {
        instance.change({set("a", std::to_string(part)), del("c"), set("g", "2")});
        CHECK(flushed(worker));
        instance.change({set("b" + kBig, "2"), del(part == 1 ? "e" : "x"), set("c", "3")});
        CHECK(!compactor.compact().compacted);  // one at a time
    };
    store::Journal other = instance.worker();
    CHECK(other.compact().compacted);
    CHECK(flushed(worker));
    CHECK(restarted(folder) == instance.map.keys);
    CHECK(instance.map.keys["c"] == "3");
}
