// A keyspace that is read back from a journal.
#include "../../src/store/restore.hpp"

#include <algorithm>

#include "journals.hpp"
#include "stores.hpp"

using journals::Folder;
using store::Change;
using store::Effects;
using store::Keyspace;
using stores::kNow;
using stores::Memory;

namespace {

constexpr std::size_t kBytes = std::size_t{1} << 20;

// A keyspace whose changes go to a file, line by line.
class Written {
public:
    explicit Written(const Folder& folder) : folder_(folder), keyspace(memory_.keyspace()) {
        text_ = store::header_line({"app", 1, 0});
        keyspace.set_sink([this](const Effects& group) {
            store::append_group(text_, ++number_, group);
            return true;
        });
    }

    template <typename Write>
    void change(std::int64_t now, Write&& write) {
        Change change(keyspace, now);
        write();
        change.commit();
    }

    void save() const { folder_.write(text_); }

private:
    const Folder& folder_;
    Memory memory_{kBytes};
    std::string text_;
    std::uint64_t number_ = 0;

public:
    Keyspace keyspace;
};

std::vector<std::string> content(Keyspace& keyspace, std::int64_t now) {
    keyspace.set_time(now);
    std::vector<std::string> effects;
    std::uint64_t cursor = 0;
    do {
        cursor = keyspace.dump(cursor, 16,
                               [&](std::string_view effect) { effects.emplace_back(effect); });
    } while (cursor != 0);
    std::sort(effects.begin(), effects.end());  // keys of one bucket come in any order
    return effects;
}

std::vector<std::string> restored(const Folder& folder, std::int64_t now) {
    const Memory memory(kBytes);
    Keyspace keyspace = memory.keyspace();
    store::Disk disk;
    const store::Loaded loaded = store::restore(disk, folder.path(), "app", keyspace, now);
    CHECK(!loaded.failure);
    CHECK(!loaded.damage);
    CHECK(stores::flaw(memory).empty());
    return content(keyspace, now);
}

}  // namespace

TEST_CASE("restore: the keyspace is what it was") {
    const Folder folder;
    Written written(folder);
    Keyspace& keyspace = written.keyspace;
    for (int i = 0; i < 200; ++i) {
        const std::string id = std::to_string(i);
        written.change(kNow + i, [&] {
            keyspace.set("mark:" + id, id, i % 3 == 0 ? 0 : kNow + 1000);
            keyspace.set_fields("data:" + id, {{"sub", "42"}, {"ip", std::string(i, '\0')}});
            keyspace.expire("data:" + id, kNow + 2000);
            keyspace.add_member("index", id, i);
            keyspace.expire("index", kNow + 3000);
            if (i % 5 == 4) {
                keyspace.erase("data:" + std::to_string(i - 1));
                keyspace.erase_member("index", std::to_string(i - 1));
                keyspace.erase_field("data:" + id, "ip");
            }
        });
    }
    written.save();
    CHECK(restored(folder, kNow + 500) == content(keyspace, kNow + 500));
}

TEST_CASE("restore: what was made to live longer does, and what has expired is left out") {
    const Folder folder;
    Written written(folder);
    Keyspace& keyspace = written.keyspace;
    written.change(kNow, [&] {
        keyspace.set_fields("long", {{"a", "1"}});
        keyspace.expire("long", kNow + 10);
        keyspace.set_fields("short", {{"a", "1"}});
        keyspace.expire("short", kNow + 10);
        keyspace.set("text", "1", kNow + 10);
    });
    written.change(kNow + 5, [&] {
        keyspace.set_fields("short", {{"b", "2"}});
        keyspace.expire("long", kNow + 1000);
    });
    written.save();
    const auto found = restored(folder, kNow + 100);
    CHECK(found == content(keyspace, kNow + 100));
    CHECK(found.size() == 3);
}

TEST_CASE("restore: a key that is made anew has nothing of the one that had expired") {
    const Folder folder;
    Written written(folder);
    Keyspace& keyspace = written.keyspace;
    written.change(kNow, [&] {
        keyspace.add_member("index", "old", 1);
        keyspace.expire("index", kNow + 10);
    });
    keyspace.set_time(kNow + 20);
    CHECK(keyspace.sweep(kBytes) == 1);
    written.change(kNow + 20, [&] {
        keyspace.add_member("index", "new", 2);
        keyspace.expire("index", kNow + 100);
    });
    written.save();
    CHECK(restored(folder, kNow + 30) == content(keyspace, kNow + 30));
}

TEST_CASE("restore: a part of a key whose rest had expired ends when the key would have") {
    const Folder folder;
    Written written(folder);
    Keyspace& keyspace = written.keyspace;
    written.change(kNow, [&] {
        keyspace.set_fields("data", {{"a", "1"}});
        keyspace.expire("data", kNow + 10);
    });
    std::string text = store::header_line({"app", 1, 0});
    keyspace.set_sink([&](const Effects& group) {
        store::append_group(text, 1, group);
        return true;
    });
    written.change(kNow + 5, [&] { keyspace.set_fields("data", {{"b", "2"}}); });
    folder.write(text);
    CHECK(restored(folder, kNow + 5).size() == 3);
    CHECK(restored(folder, kNow + 11).empty());
}

TEST_CASE("restore: what does not fit is told of, what has expired needs no room") {
    const Folder folder;
    Written written(folder);
    Keyspace& keyspace = written.keyspace;
    for (int i = 0; i < 400; ++i) {
        written.change(kNow, [&] {
            keyspace.set("key:" + std::to_string(i), std::string(1000, 'x'), kNow + 10 + i);
        });
    }
    written.save();
    const Memory small(kBytes / 8);
    store::Disk disk;
    Keyspace narrow = small.keyspace();
    const store::Loaded loaded = store::restore(disk, folder.path(), "app", narrow, kNow);
    REQUIRE(loaded.failure);
    CHECK(loaded.failure->what.find("too small") != std::string::npos);

    const Memory later(kBytes / 8);
    Keyspace enough = later.keyspace();
    CHECK(!store::restore(disk, folder.path(), "app", enough, kNow + 400).failure);
    CHECK(content(enough, kNow + 400).size() == 9);
}

TEST_CASE("restore: of a damaged journal nothing is taken") {
    const Folder folder;
    Written written(folder);
    written.change(kNow, [&] { written.keyspace.set("a", "1", 0); });
    written.change(kNow, [&] { written.keyspace.set("b", "1", 0); });
    written.save();
    std::string text = folder.read();
    text[text.size() - 3] ^= 1;
    folder.write(text);
    const Memory memory(kBytes);
    Keyspace keyspace = memory.keyspace();
    store::Disk disk;
    CHECK(store::restore(disk, folder.path(), "app", keyspace, kNow).damage);
    CHECK(content(keyspace, kNow).empty());
}

TEST_CASE("restore: effects of another version are refused") {
    const Folder folder;
    std::string text = store::header_line({"app", 1, 0});
    store::append_group(text, 1, {"?what"});
    folder.write(text);
    const Memory memory(kBytes);
    Keyspace keyspace = memory.keyspace();
    store::Disk disk;
    const store::Loaded loaded = store::restore(disk, folder.path(), "app", keyspace, kNow);
    REQUIRE(loaded.failure);
    CHECK(loaded.failure->what.find("does not know") != std::string::npos);
}
