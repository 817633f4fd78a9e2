#include "journal.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <utility>

namespace store {
namespace {

constexpr int kMostSwitches = 100;  // of the file, while one waits for its lock

// A journal that is shorter than this is never worth another one.
constexpr std::uint64_t kLeastToCompact = std::uint64_t{1} << 20;
constexpr std::uint64_t kGrowth = 3;

constexpr std::size_t kLongestHeader = 4096;

}  // namespace

Journal::Journal(Disk& disk, Content& content, EffectRing ring, std::uint64_t number,
                 std::string path, std::string realm, RandomId random_id)
    : disk_(disk),
      content_(content),
      ring_(ring),
      number_(number),
      path_(std::move(path)),
      temporary_path_(path_ + ".tmp"),
      realm_(std::move(realm)),
      random_id_(random_id) {}

bool Journal::fail(const std::string& what) {
    if (!report_.failure) {
        report_.failure = {what, 0};
    }
    return false;
}

bool Journal::fail_call(const std::string& what, const std::string& path) {
    if (!report_.failure) {
        report_.failure = {what + " \"" + path + "\"", errno};
    }
    return false;
}

// Who looks at the binding afterwards knows that all of it came in before another journal was
// bound, whose snapshot has it.
std::optional<std::uint64_t> Journal::take_appended() {
    const std::uint64_t appended = ring_.appended();
    report_.elsewhere = ring_.bound() != number_;
    return report_.elsewhere ? std::nullopt : std::optional(appended);
}

Report Journal::flush() {
    report_ = {};
    if (!take_appended()) {
        return std::exchange(report_, {});
    }
    const Presence presence = lock_current();
    const bool usable = presence == Presence::there && follow();
    if (presence != Presence::unknown && !report_.failure) {
        if (usable && !ring_.has_lapsed()) {
            write_pending();
        } else {
            disk_.unlock(current_.file);
            write_anew();
        }
    }
    disk_.unlock(current_.file);
    ring_.set_failing(report_.failure.has_value());
    return std::exchange(report_, {});
}

// A file may be replaced while one waits for its lock: the lock counts where the path still leads
// to it.
Journal::Presence Journal::lock_current() {
    for (int i = 0; i < kMostSwitches; ++i) {
        if (!current_.file) {
            current_.file = disk_.open(path_, O_RDWR);
        }
        if (!current_.file) {
            return errno == ENOENT ? Presence::missing
                                   : (fail_call("cannot open", path_), Presence::unknown);
        }
        if (!disk_.lock(current_.file, Disk::Lock::exclusive)) {
            fail_call("cannot lock", path_);
            return Presence::unknown;
        }
        const auto own = disk_.status(current_.file);
        const auto there = disk_.status(path_);
        if (own && there && is_same(*own, *there)) {
            current_.id = current_.id == 0 ? read_id(current_.file) : current_.id;
            return Presence::there;
        }
        disk_.unlock(current_.file);
        set_aside_current();
    }
    fail("\"" + path_ + "\" is replaced again and again");
    return Presence::unknown;
}

// What the store has not yet of the file that was replaced is read when its successor is.
void Journal::set_aside_current() {
    const std::uint64_t read = ring_.place().end.id;
    if (current_.id == read && read != 0) {
        previous_ = std::move(current_);
    }
    current_ = {};
}

std::uint64_t Journal::read_id(const File& file) {
    std::array<char, kLongestHeader> bytes{};
    const auto count = disk_.read(file, bytes.data(), bytes.size(), 0);
    JournalReader reader(realm_, [](Effects&&) {});
    reader.feed({bytes.data(), count.value_or(0)});
    return reader.name().id;
}

bool Journal::write_pending() {
    JournalPlace place = ring_.place();
    const std::uint64_t from = ring_.durable();
    const auto to = take_appended();
    report_.wants_compaction =
        place.end.offset > kLeastToCompact && place.end.offset / kGrowth > place.snapshot_bytes;
    if (!to || from == *to) {
        return to.has_value();
    }
    std::string lines;
    ring_.visit(from, *to,
                [&](Effects&& group) { append_group(lines, ++place.end.number, group); });
    ring_.announce(place.end.offset + lines.size());
    if (!disk_.write(current_.file, lines, place.end.offset)) {
        fail_call("cannot write to", path_);
        disk_.truncate(current_.file, place.end.offset);
        ring_.announce(place.end.offset);
        return false;
    }
    // After a sync that failed nobody knows what of the file is on the disk: another one is needed.
    if (!disk_.sync(current_.file)) {
        ring_.note_lapse();
        return fail_call("cannot sync", path_);
    }
    place.end.offset += lines.size();
    ring_.publish(place);
    ring_.publish_durable(*to);
    return true;
}

}  // namespace store
