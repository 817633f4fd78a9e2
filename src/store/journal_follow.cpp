// What other instances wrote into the journal, onto this one's store.
#include <array>
#include <mutex>
#include <utility>

#include "journal.hpp"

namespace store {
namespace {

constexpr std::size_t kPiece = 65536;

}  // namespace

bool Journal::follow() {
    unusable_.clear();
    if (current_.id == 0) {
        unusable_ = "it is not the state of the realm";
        return false;
    }
    const JournalPlace place = ring_.place();
    return current_.id == place.end.id ? follow_current(place) : follow_successor(place);
}

bool Journal::follow_current(const JournalPlace& place) {
    const auto status = disk_.status(current_.file);
    if (status && status->bytes == place.end.offset) {
        return true;
    }
    if (status && status->bytes < place.end.offset) {
        unusable_ = "it was cut short at offset " + std::to_string(status->bytes);
        return false;
    }
    std::vector<Effects> groups;
    JournalReader reader(place.end, [&](Effects&& group) { groups.push_back(std::move(group)); });
    return read_rest(current_.file, reader, groups) && settle(reader, place.snapshot_bytes);
}

// Where the store has all of the journal that was replaced, it has what the successor begins with,
// and is not led through its past once more.
bool Journal::follow_successor(const JournalPlace& place) {
    const Opened replaced = std::exchange(previous_, {});
    std::vector<Effects> groups;
    bool has_all = false;
    if (replaced.id != 0 && replaced.id == place.end.id) {
        JournalReader rest(place.end, [&](Effects&& group) { groups.push_back(std::move(group)); });
        has_all = read_rest(replaced.file, rest, groups);
        if (report_.failure) {
            return false;
        }
        unusable_.clear();
        groups.clear();
    }
    bool in_snapshot = true;
    const JournalReader* name = nullptr;
    JournalReader reader(realm_, [&](Effects&& group) {
        if (!has_all || !in_snapshot || name->name().replaced != place.end.id) {
            groups.push_back(std::move(group));
        }
    });
    name = &reader;
    reader.on_snapshot_end([&in_snapshot] { in_snapshot = false; });
    return read_rest(current_.file, reader, groups) && settle(reader, reader.snapshot_bytes());
}

// To the end of the file, where the reader has not been yet. False: a failure, or the file is
// damaged.
bool Journal::read_rest(const File& file, JournalReader& reader, std::vector<Effects>& groups) {
    std::array<char, kPiece> bytes{};
    for (std::uint64_t offset = reader.end().offset;;) {
        const auto count = disk_.read(file, bytes.data(), bytes.size(), offset);
        if (!count) {
            return fail_call("cannot read", path_);
        }
        if (*count == 0) {
            return true;
        }
        offset += *count;
        if (!reader.feed({bytes.data(), *count})) {
            unusable_ = "at offset " + std::to_string(reader.damage()->offset) + " there is " +
                        reader.damage()->what;
            return false;
        }
        if (!take_over(groups)) {
            return false;
        }
        groups.clear();
    }
}

// What is in the file comes before what is still to be written, whenever it happened: the order of
// the file is everybody's.
bool Journal::take_over(const std::vector<Effects>& groups) {
    if (groups.empty()) {
        return true;
    }
    bool room = true;
    const auto apply = [&](const Effects& group) { room = content_.apply(group) && room; };
    const std::lock_guard<Content> lock(content_);
    for (const Effects& group : groups) {
        apply(group);
    }
    ring_.visit(ring_.durable(), ring_.appended(), apply);
    return room ||
           fail("the zone has no room for what another instance wrote to \"" + path_ + "\"");
}

bool Journal::settle(const JournalReader& reader, std::uint64_t snapshot_bytes) {
    if (reader.torn() > 0) {
        if (!disk_.truncate(current_.file, reader.end().offset)) {
            return fail_call("cannot truncate", path_);
        }
        report_.notes.push_back("cut off a line that was never finished, at offset " +
                                std::to_string(reader.end().offset));
    }
    const auto status = disk_.status(current_.file);
    if (!status) {
        return fail_call("cannot look at", path_);
    }
    ring_.announce(reader.end().offset);
    ring_.publish({reader.end(), status->device, status->inode, snapshot_bytes});
    return true;
}

}  // namespace store
