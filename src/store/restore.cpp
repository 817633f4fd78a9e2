#include "restore.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "refused.hpp"

namespace store {
namespace {

constexpr std::int64_t kBeforeAll = 0;  // a time at which nothing has expired
constexpr std::size_t kSweptForRoom = 65536;
constexpr std::size_t kBuckets = 64;  // dumped at a time

// A byte of a journal becomes some of memory, and what is deleted or expired takes room too until
// all is read. Only what is used is really taken.
constexpr std::size_t kBytesPerByte = 16;
constexpr std::size_t kLeast = std::size_t{4} << 20;

class Scratch {
public:
    explicit Scratch(std::size_t bytes)
        : bytes_(bytes),
          memory_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
        if (memory_ == MAP_FAILED) {
            throw std::bad_alloc();
        }
        Keyspace::format(memory_, bytes_, Seed{1, 2});
    }
    ~Scratch() { ::munmap(memory_, bytes_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    Keyspace keyspace() const { return Keyspace(memory_); }

private:
    std::size_t bytes_;
    void* memory_;
};

bool copy(Keyspace& from, Keyspace& to, std::int64_t now) {
    from.set_time(now);
    bool room = true;
    std::uint64_t cursor = 0;
    do {
        Effects group;
        cursor = from.dump(cursor, kBuckets,
                           [&group](std::string_view effect) { group.emplace_back(effect); });
        room = room && apply_group(to, group, now);
    } while (cursor != 0);
    return room;
}

}  // namespace

bool apply_group(Keyspace& keyspace, const Effects& group, std::int64_t now) {
    for (bool again = false;; again = true) {
        try {
            Change change(keyspace, kBeforeAll);
            for (const std::string& effect : group) {
                keyspace.apply(effect);
            }
            change.commit();
            return true;
        } catch (const Full&) {
            keyspace.set_time(now);
            if (again || keyspace.sweep(kSweptForRoom) == 0) {
                return false;
            }
        }
    }
}

// What a line says may have ended by now, and a later line may have made it live longer: all of it
// is read first, and what lives in the end is taken over.
Loaded restore(Disk& disk, const std::string& path, const std::string& realm, Keyspace& keyspace,
               std::int64_t now) {
    const auto status = disk.status(path);
    const std::size_t bytes = status ? static_cast<std::size_t>(status->bytes) : 0;
    const Scratch scratch(kLeast + bytes * kBytesPerByte);
    Keyspace read = scratch.keyspace();
    try {
        Loaded loaded = load_journal(disk, path, realm, [&](const Effects& group) {
            return apply_group(read, group, kBeforeAll);
        });
        if (!loaded.failure && !loaded.damage && !copy(read, keyspace, now)) {
            loaded.failure = {
                "the zone is too small for what is in \"" + path + "\", raise \"zone\"", 0};
        }
        return loaded;
    } catch (const Refused&) {
        Loaded loaded;
        loaded.failure = {"\"" + path + "\" holds what this version does not know", 0};
        return loaded;
    }
}

}  // namespace store
