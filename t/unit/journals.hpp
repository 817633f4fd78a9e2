// Journals in a folder of their own, of a store that is a map, for instances of nginx that share
// them.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "../../src/store/journal.hpp"

namespace journals {

using store::Effects;
using Keys = std::map<std::string, std::string>;

inline std::string set(const std::string& key, const std::string& value) {
    return "SET " + key + " " + value;
}
inline std::string del(const std::string& key) {
    return "DEL " + key;
}

// Effects are "SET KEY VALUE" and "DEL KEY".
inline void apply(Keys& keys, const Effects& group) {
    for (const std::string& effect : group) {
        std::istringstream words(effect);
        std::string verb;
        std::string key;
        std::string value;
        words >> verb >> key >> value;
        if (verb == "SET") {
            keys[key] = value;
        } else {
            keys.erase(key);
        }
    }
}

// Dumps two keys at a time; `between` is called before each part, when nobody holds the lock.
class Map final : public store::Content {
public:
    void lock() override {
        CHECK(!locked_);
        locked_ = true;
    }
    void unlock() override { locked_ = false; }

    bool apply(const Effects& group) override {
        CHECK(locked_);
        journals::apply(keys, group);
        return keys.size() <= most;
    }

    std::uint64_t dump(std::uint64_t cursor, std::vector<Effects>& groups) override {
        CHECK(locked_);
        locked_ = false;
        between(cursor);
        locked_ = true;
        auto key = cursor == 0 ? keys.begin() : keys.lower_bound(resume_);
        for (int i = 0; i < 2 && key != keys.end(); ++i, ++key) {
            groups.push_back({set(key->first, key->second)});
        }
        resume_ = key == keys.end() ? "" : key->first;
        return key == keys.end() ? 0 : cursor + 1;
    }

    Keys keys;
    std::size_t most = SIZE_MAX;
    std::function<void(std::uint64_t part)> between = [](std::uint64_t) {};

private:
    bool locked_ = false;
    std::string resume_;
};

class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "journal-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path() const { return path_ / "app.state"; }

    std::string read() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& bytes) const {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
    }
    bool has_temporary() const { return std::filesystem::exists(path() + ".tmp"); }

private:
    std::filesystem::path path_;
};

inline std::uint64_t next_id() {
    static std::uint64_t id = 0;
    return ++id;
}

// What a restart would find.
inline store::Loaded load(const Folder& folder, Keys& keys) {
    store::Disk disk;
    return store::load_journal(disk, folder.path(), "app", [&](const Effects& group) {
        apply(keys, group);
        return true;
    });
}
inline Keys restarted(const Folder& folder) {
    Keys keys;
    const store::Loaded loaded = load(folder, keys);
    CHECK(!loaded.failure);
    CHECK(!loaded.damage);
    CHECK(!loaded.missing);
    return keys;
}

// The shared memory of an instance, and one of its workers.
class Instance {
public:
    Instance(const Folder& folder, store::Disk& disk, std::size_t bytes = 65536)
        : memory_(bytes / 8), ring(memory_.data(), bytes), folder_(folder), disk_(disk) {
        const store::Loaded loaded = load(folder, map.keys);
        ring.bind(1);
        if (!loaded.missing) {
            ring.publish(loaded.place);
            ring.repair(ring.lapses());
        }
    }

    // What a request does.
    void change(const Effects& group) {
        apply(map.keys, group);
        if (!ring.append(group)) {
            ring.note_lapse();
        }
    }

    store::Journal worker() { return {disk_, map, ring, 1, folder_.path(), "app", next_id}; }

    Map map;

private:
    std::vector<std::uint64_t> memory_;

public:
    store::EffectRing ring;

private:
    const Folder& folder_;
    store::Disk& disk_;
};

inline bool flushed(store::Journal& journal) {
    return !journal.flush().failure;
}

// Ends the process, so to say, at a call that changes something; or lets the calls fail.
class FaultyDisk final : public store::Disk {
public:
    struct Killed : std::runtime_error {
        Killed() : std::runtime_error("killed") {}
    };

    int kill_at = -1;  // the first call is 0
    int calls = 0;
    int write_error = 0;
    int sync_error = 0;
    int rename_error = 0;

    store::File open(const std::string& path, int flags) override {
        step();
        return Disk::open(path, flags);
    }
    bool write(const store::File& file, std::string_view bytes, std::uint64_t offset) override {
        if (calls == kill_at || write_error != 0) {
            Disk::write(file, bytes.substr(0, bytes.size() / 2), offset);
        }
        step();
        return succeed(write_error) && Disk::write(file, bytes, offset);
    }
    bool truncate(const store::File& file, std::uint64_t bytes) override {
        step();
        return Disk::truncate(file, bytes);
    }
    bool sync(const store::File& file) override {
        step();
        return Disk::sync(file) && succeed(sync_error);
    }
    bool rename(const std::string& from, const std::string& to) override {
        step();
        return succeed(rename_error) && Disk::rename(from, to);
    }
    bool sync_folder_of(const std::string& path) override {
        step();
        return Disk::sync_folder_of(path);
    }

private:
    void step() {
        if (calls++ == kill_at) {
            throw Killed();
        }
    }
    static bool succeed(int error) {
        errno = error;
        return error == 0;
    }
};

}  // namespace journals
