// The keys of the embedded store: texts, hashes and sorted sets that expire, in a region of memory
// that processes share. Whoever calls holds the lock; glance() alone needs none.
//
// A journal beside it sets a Sink, which sees the effects of every change in their order; dump()
// tells all there is as effects, and apply() does them again:
//
//     keyspace.set_sink([&](const Effects& group) { return journal.append(group); });
//     cursor = keyspace.dump(cursor, 64, [&](std::string_view effect) { … });  // until it is 0
//     keyspace.recover(); Change change(keyspace, now); keyspace.apply(effect); change.commit();
//
// What dump() tells in pieces may be mixed with the effects of changes made between them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arena.hpp"
#include "effects.hpp"
#include "names.hpp"
#include "region.hpp"
#include "siphash.hpp"

namespace store {

using Digest = std::array<std::uint64_t, 2>;  // of a key

enum class Type : std::uint8_t { none, text, hash, sorted };

struct Scored {
    std::string member;
    double score = 0;
};

// What a reader without the lock sees of a key.
struct Glance {
    bool exists = false;
    std::int64_t mark = 0;  // a text that is a Unix time; what is none counts as the end of time
};

struct Usage {
    std::uint64_t bytes = 0;  // in use, of capacity
    std::uint64_t capacity = 0;
    std::uint64_t keys = 0;  // expired ones included
};

class Keyspace {
public:
    Keyspace() : Keyspace(nullptr) {}
    explicit Keyspace(void* memory) : region_(memory), arena_(region_) {}

    static bool format(void* memory, std::size_t bytes, const Seed& seed);
    Seed seed() const;

    // For who has just got the lock: takes back what a killed process left half done.
    void recover();
    void set_sink(Sink sink) { sink_ = std::move(sink); }

    // No change is made any more, or again.
    void close(bool closed);

    // Reads, as of `now`, Unix time. They throw Refused where the key is of another type.
    void set_time(std::int64_t now) { now_ = now; }
    void set_purpose(Purpose purpose) { purpose_ = purpose; }
    std::int64_t time() const { return now_; }
    Type type(std::string_view key) const;
    std::optional<std::int64_t> expiry(std::string_view key) const;  // 0: never; none: no key
    std::optional<std::string> get(std::string_view key) const;
    std::optional<std::string> field(std::string_view key, std::string_view name) const;
    std::map<std::string, std::string> fields(std::string_view key) const;
    std::optional<double> score(std::string_view key, std::string_view member) const;
    std::size_t count(std::string_view key) const;            // of a sorted set
    std::vector<Scored> members(std::string_view key) const;  // by score, then by name
    std::optional<Scored> last_member(std::string_view key) const;

    Digest digest(std::string_view key) const;
    // Nothing where a change was in the way: ask again under the lock.
    std::optional<Glance> glance(const Digest& key, std::int64_t now) const;
    Glance look(const Digest& key, std::int64_t now) const;  // with the lock

    // Writes, within a Change. They throw Refused, and Full.
    void set(std::string_view key, std::string_view value, std::int64_t expires);
    bool erase(std::string_view key);
    bool expire(std::string_view key, std::int64_t expires);
    std::size_t set_fields(std::string_view key, const std::vector<Named>& fields);
    bool erase_field(std::string_view key, std::string_view name);
    bool add_member(std::string_view key, std::string_view member, double score);
    bool erase_member(std::string_view key, std::string_view member);
    std::size_t erase_scored(std::string_view key, double least, double most);
    void apply(std::string_view effect);

    // Goes on with whole buckets, from the cursor, 0 at first, until it is 0 again.
    using Visit = std::function<void(std::string_view key, Type type)>;
    std::uint64_t scan(std::uint64_t cursor, std::size_t most, const Visit& visit) const;
    using Emit = std::function<void(std::string_view effect)>;
    std::uint64_t dump(std::uint64_t cursor, std::size_t buckets, const Emit& emit) const;

    // Frees what has expired in as many buckets, in changes of its own; how many keys that were.
    std::size_t sweep(std::size_t buckets);
    std::size_t buckets() const;
    Usage usage() const;

private:
    friend class Change;

    Offset bucket(const Digest& key) const;
    Offset find(std::string_view key) const;  // expired or not
    Offset live(std::string_view key) const;
    Offset live(std::string_view key, Type type) const;
    bool is_expired(Offset node) const;
    std::int64_t expiry_of(Offset node) const;
    Type type_of(Offset node) const;
    std::string_view key_of(Offset node) const;
    std::string_view text_of(Offset node) const;
    Names names_of(Offset node) const;

    void prepare();
    Offset add(std::string_view key, Type type, std::string_view value, std::int64_t expires);
    Offset live_or_new(std::string_view key, Type type);
    void put_names(Offset node, const Names& names);
    void remove(Offset node);
    void done(Effect::Kind kind, std::vector<std::string_view> texts, std::int64_t expires = 0);
    void dump_key(Offset node, const Emit& emit) const;
    std::size_t sweep_bucket(Offset bucket);

    Region region_;
    Arena arena_;
    mutable SipHash siphash_;
    Sink sink_;
    Effects effects_;
    Purpose purpose_ = Purpose::mark;
    std::int64_t now_ = 0;
};

// Writes that are one step: taken back unless they are committed, whatever happens to the process.
// One that is larger than the notes of the region is made in several such steps.
class Change {
public:
    // `purpose`: for what memory is taken. Throws Refused where the keyspace is closed.
    Change(Keyspace& keyspace, std::int64_t now, Purpose purpose = Purpose::mark);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    // Throws Refused where the sink cannot keep it.
    void commit();

private:
    Keyspace& keyspace_;
};

}  // namespace store
