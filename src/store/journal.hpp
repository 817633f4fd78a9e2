// The file that lets the store survive: each change is added to it, and from time to time it is
// written anew from what the store holds.
//
// Several instances of nginx may share it while one takes over from another: who writes has the
// file's lock, and reads what others wrote before it adds its own. Nothing here is for the event
// loop: all of it waits for disks and locks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "disk.hpp"
#include "effect_ring.hpp"
#include "journal_format.hpp"

namespace store {

// The store, as far as its journal is concerned. Effects are absolute: one that is applied again
// changes nothing, as long as all that came after it are applied again too.
class Content {
public:
    virtual ~Content() = default;

    virtual void lock() = 0;
    virtual void unlock() = 0;

    // For who holds the lock: the effects together. False: there is no room.
    virtual bool apply(const Effects& group) = 0;

    // For who holds the lock: adds what makes a next, small part of the content. The cursor is 0 at
    // first; the one that it returns is for the next part, 0 after the last one.
    virtual std::uint64_t dump(std::uint64_t cursor, std::vector<Effects>& groups) = 0;
};

struct Failure {
    std::string what;
    int code = 0;  // errno, 0: none
};

struct Report {
    std::optional<Failure> failure;
    std::vector<std::string> notes;  // what was found and mended
    bool wants_compaction = false;
    bool compacted = false;
    bool elsewhere = false;  // the ring is bound to another journal, nothing was done
};

class Journal {
public:
    using RandomId = std::uint64_t (*)();

    // `disk` and `content` must outlive it. Not for two threads at a time. `number`: to which the
    // ring is bound.
    Journal(Disk& disk, Content& content, EffectRing ring, std::uint64_t number, std::string path,
            std::string realm, RandomId random_id);

    // Takes over what other instances wrote, and makes durable what has come into the ring.
    Report flush();

    // Writes a short journal in the place of a long one, while others go on with that. Does nothing
    // where somebody else is about it.
    Report compact();

private:
    struct Opened {
        File file;
        std::uint64_t id = 0;  // 0: not the journal of the realm
    };
    enum class Presence : std::uint8_t { there, missing, unknown };

    // What has come into the ring; nothing where another journal will have it.
    std::optional<std::uint64_t> take_appended();

    // What is told of a failed call.
    bool fail(const std::string& what);
    bool fail_call(const std::string& what, const std::string& path);

    Presence lock_current();
    void set_aside_current();
    std::uint64_t read_id(const File& file);
    bool write_pending();

    // journal_follow.cpp. False: there is a failure, or the file is unusable.
    bool follow();
    bool follow_current(const JournalPlace& place);
    bool follow_successor(const JournalPlace& place);
    bool read_rest(const File& file, JournalReader& reader, std::vector<Effects>& groups);
    bool take_over(const std::vector<Effects>& groups);
    bool settle(const JournalReader& reader, std::uint64_t snapshot_bytes);

    // journal_snapshot.cpp
    bool write_anew();
    bool write_from_memory(Presence presence);
    bool compact_beside();
    bool lock_temporary(Disk::Lock lock);
    void drop_snapshot();
    bool begin_snapshot(std::uint64_t replaced);
    void add_to_snapshot(const Effects& group);
    bool write_snapshot(std::size_t at_least);
    bool dump();
    bool copy(JournalReader& reader, std::uint64_t to);
    bool finish_snapshot(std::uint64_t lapses);

    Disk& disk_;
    Content& content_;
    EffectRing ring_;
    std::uint64_t number_;
    std::string path_;
    std::string temporary_path_;
    std::string realm_;
    RandomId random_id_;
    Report report_;
    std::string unusable_;  // why what is there cannot be continued
    Opened current_;
    Opened previous_;  // that was replaced since this process has read it

    struct Snapshot {
        Opened opened;
        std::string lines;  // not written yet
        JournalEnd end;     // its offset without them, its number with them
    } snapshot_;
};

// What the journal at a path holds.
struct Loaded {
    std::optional<Failure> failure;
    std::optional<Damage> damage;
    bool missing = false;  // or empty
    JournalPlace place;
    std::size_t torn = 0;  // bytes at its end that are no whole line
};

// Applies all groups in their order; nothing is written. `apply` may say that there is no room.
Loaded load_journal(Disk& disk, const std::string& path, const std::string& realm,
                    const std::function<bool(const Effects& group)>& apply);

}  // namespace store
