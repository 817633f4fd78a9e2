// A journal that is written anew, from what the store holds, and takes the place of the one before.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "journal.hpp"

namespace store {
namespace {

constexpr std::size_t kPiece = 262144;  // that is written at once
constexpr std::uint64_t kLittle = 262144;
constexpr int kMostRounds = 8;

}  // namespace

// Where the journal cannot be continued. Nobody writes meanwhile.
bool Journal::write_anew() {
    if (!lock_temporary(Disk::Lock::exclusive)) {
        return false;
    }
    // Somebody may have done it while this one waited.
    const Presence presence = lock_current();
    const bool usable = presence == Presence::there && follow();
    bool done = false;
    if (presence != Presence::unknown && !report_.failure) {
        done = usable && !ring_.has_lapsed() ? write_pending() : write_from_memory(presence);
    }
    drop_snapshot();
    return done;
}

bool Journal::write_from_memory(Presence presence) {
    if (presence == Presence::there && !unusable_.empty()) {
        report_.notes.push_back("written anew from memory: " + unusable_);
    }
    const std::uint64_t lapses = ring_.lapses();
    return begin_snapshot(0) && dump() && finish_snapshot(lapses);
}

Report Journal::compact() {
    report_ = {};
    if (take_appended() && lock_temporary(Disk::Lock::exclusive_now)) {
        report_.compacted = compact_beside();
        drop_snapshot();
    }
    current_ = {};
    return std::exchange(report_, {});
}

// The dump is no picture of one moment: what changes while it is taken comes behind it once more,
// as it is in the old journal.
bool Journal::compact_beside() {
    if (lock_current() != Presence::there || !follow() || ring_.has_lapsed()) {
        return false;
    }
    const JournalEnd start = ring_.place().end;
    const std::uint64_t lapses = ring_.lapses();
    disk_.unlock(current_.file);
    if (!begin_snapshot(start.id) || !dump()) {
        return false;
    }
    JournalReader reader(start, [this](Effects&& group) { add_to_snapshot(group); });
    for (int i = 0; i < kMostRounds; ++i) {
        if (lock_current() != Presence::there || current_.id != start.id) {
            return false;
        }
        const std::uint64_t end = ring_.place().end.offset;
        disk_.unlock(current_.file);
        if (end - reader.end().offset < kLittle) {
            break;
        }
        if (!copy(reader, end)) {
            return false;
        }
    }
    if (!write_snapshot(0) || !disk_.sync(snapshot_.opened.file)) {
        return fail_call("cannot write to", temporary_path_);
    }
    return lock_current() == Presence::there && current_.id == start.id && follow() &&
           !ring_.has_lapsed() && copy(reader, ring_.place().end.offset) && finish_snapshot(lapses);
}

// Who has the lock of the temporary file writes it, until it is the journal.
bool Journal::lock_temporary(Disk::Lock lock) {
    for (;;) {
        Opened opened;
        opened.file = disk_.open(temporary_path_, O_RDWR | O_CREAT);
        if (!opened.file) {
            return fail_call("cannot open", temporary_path_);
        }
        if (!disk_.lock(opened.file, lock)) {
            return errno == EAGAIN || errno == EACCES ? false
                                                      : fail_call("cannot lock", temporary_path_);
        }
        const auto own = disk_.status(opened.file);
        const auto there = disk_.status(temporary_path_);
        if (own && there && is_same(*own, *there)) {
            snapshot_ = {};
            snapshot_.opened = std::move(opened);
            return true;
        }
    }
}

// What did not come to be the journal takes no room on the disk.
void Journal::drop_snapshot() {
    if (snapshot_.opened.file) {
        disk_.remove(temporary_path_);
    }
    snapshot_ = {};
}

bool Journal::begin_snapshot(std::uint64_t replaced) {
    do {
        snapshot_.opened.id = random_id_();
    } while (snapshot_.opened.id == 0);
    snapshot_.end.id = snapshot_.opened.id;
    snapshot_.lines = header_line({realm_, snapshot_.end.id, replaced});
    return disk_.truncate(snapshot_.opened.file, 0) ||
           fail_call("cannot truncate", temporary_path_);
}

void Journal::add_to_snapshot(const Effects& group) {
    append_group(snapshot_.lines, ++snapshot_.end.number, group);
}

// Once there are so many bytes.
bool Journal::write_snapshot(std::size_t at_least) {
    if (snapshot_.lines.size() < at_least) {
        return true;
    }
    if (!disk_.write(snapshot_.opened.file, snapshot_.lines, snapshot_.end.offset)) {
        return fail_call("cannot write to", temporary_path_);
    }
    snapshot_.end.offset += snapshot_.lines.size();
    snapshot_.lines.clear();
    return true;
}

bool Journal::dump() {
    std::uint64_t cursor = 0;
    do {
        std::vector<Effects> groups;
        {
            const std::lock_guard<Content> lock(content_);
            cursor = content_.dump(cursor, groups);
        }
        for (const Effects& group : groups) {
            add_to_snapshot(group);
        }
        if (!write_snapshot(kPiece)) {
            return false;
        }
    } while (cursor != 0);
    return true;
}

// From where the reader is, up to an offset at which a line ends.
bool Journal::copy(JournalReader& reader, std::uint64_t to) {
    std::vector<char> bytes(kPiece);
    for (std::uint64_t offset = reader.end().offset; offset < to;) {
        const std::uint64_t most = std::min<std::uint64_t>(bytes.size(), to - offset);
        const auto count = disk_.read(current_.file, bytes.data(), most, offset);
        if (!count || *count == 0) {
            return fail_call("cannot read", path_);
        }
        offset += *count;
        if (!reader.feed({bytes.data(), *count})) {
            ring_.note_lapse();  // the next one who writes finds out and mends it
            return fail("\"" + path_ + "\" is damaged at offset " +
                        std::to_string(reader.damage()->offset));
        }
        if (!write_snapshot(kPiece)) {
            return false;
        }
    }
    return true;
}

// For who has the locks of both files.
bool Journal::finish_snapshot(std::uint64_t lapses) {
    append_snapshot_end(snapshot_.lines, ++snapshot_.end.number);
    const std::uint64_t bytes = snapshot_.end.offset + snapshot_.lines.size();
    const auto to = take_appended();
    if (!to) {
        return false;
    }
    ring_.visit(ring_.durable(), *to, [this](Effects&& group) { add_to_snapshot(group); });
    if (!write_snapshot(0) || !disk_.sync(snapshot_.opened.file)) {
        return fail_call("cannot write to", temporary_path_);
    }
    const auto status = disk_.status(snapshot_.opened.file);
    if (!status || !disk_.rename(temporary_path_, path_)) {
        return fail_call("cannot rename to \"" + path_ + "\" the file", temporary_path_);
    }
    current_ = std::exchange(snapshot_.opened, {});
    ring_.announce(snapshot_.end.offset);
    previous_ = {};
    ring_.publish({snapshot_.end, status->device, status->inode, bytes});
    if (!disk_.sync_folder_of(path_)) {
        ring_.note_lapse();
        return fail_call("cannot sync the folder of", path_);
    }
    ring_.repair(lapses);
    ring_.publish_durable(*to);
    return true;
}

}  // namespace store
