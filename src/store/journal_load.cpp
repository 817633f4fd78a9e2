#include <fcntl.h>

#include <array>
#include <cerrno>
#include <utility>

#include "journal.hpp"

namespace store {
namespace {

constexpr std::size_t kPiece = 65536;

class Loading {
public:
    using Apply = std::function<bool(const Effects& group)>;

    Loading(Disk& disk, const std::string& path, const Apply& apply)
        : disk_(disk), path_(path), apply_(apply) {}

    Loaded load(const std::string& realm) {
        const File file = disk_.open(path_, O_RDONLY);
        if (!file) {
            loaded_.missing = errno == ENOENT;
            return loaded_.missing ? loaded_ : fail("cannot open");
        }
        const auto status = disk_.status(file);
        if (!status) {
            return fail("cannot look at");
        }
        loaded_.place.device = status->device;
        loaded_.place.inode = status->inode;
        JournalReader reader(realm, take());
        read(file, reader);
        if (!loaded_.failure && (reader.damage() || reader.torn() > 0)) {
            return read_again(file, reader);
        }
        return settle(reader);
    }

private:
    Loaded fail(const char* what) {
        loaded_.failure = {std::string(what) + " \"" + path_ + "\"", errno};
        return loaded_;
    }

    JournalReader::TakeGroup take() {
        return [this](Effects&& group) { room_ = room_ && apply_(group); };
    }

    void read(const File& file, JournalReader& reader) {
        std::array<char, kPiece> bytes{};
        for (std::uint64_t offset = reader.end().offset;;) {
            const auto count = disk_.read(file, bytes.data(), bytes.size(), offset);
            if (!count) {
                fail("cannot read");
                return;
            }
            if (*count == 0 || !reader.feed({bytes.data(), *count})) {
                return;
            }
            offset += *count;
        }
    }

    // Somebody may be writing. Who has the lock sees what is really there.
    Loaded read_again(const File& file, const JournalReader& before) {
        if (before.end().id == 0) {
            return settle(before);
        }
        if (!disk_.lock(file, Disk::Lock::shared)) {
            return fail("cannot lock");
        }
        JournalReader reader(before.end(), take());
        read(file, reader);
        loaded_.place.snapshot_bytes = before.snapshot_bytes();
        return settle(reader);
    }

    Loaded settle(const JournalReader& reader) {
        loaded_.damage = reader.damage();
        loaded_.torn = reader.torn();
        loaded_.place.end = reader.end();
        if (loaded_.place.snapshot_bytes == 0) {
            loaded_.place.snapshot_bytes = reader.snapshot_bytes();
        }
        loaded_.missing = reader.end().id == 0 && loaded_.torn == 0 && !loaded_.damage;
        if (reader.end().id == 0 && loaded_.torn > 0 && !loaded_.damage) {
            loaded_.damage = {0, "a header without an end"};
        }
        if (!room_ && !loaded_.failure) {
            loaded_.failure = {"there is no memory for what is in \"" + path_ + "\"", 0};
        }
        return loaded_;
    }

    Disk& disk_;
    const std::string& path_;
    const Apply& apply_;
    Loaded loaded_;
    bool room_ = true;
};

}  // namespace

Loaded load_journal(Disk& disk, const std::string& path, const std::string& realm,
                    const std::function<bool(const Effects& group)>& apply) {
    return Loading(disk, path, apply).load(realm);
}

}  // namespace store
