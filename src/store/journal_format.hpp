// The text of a journal: a header, then one line a group of effects. Each line has a number, one
// more than the line before it, and a checksum, so that no damage and no missing line goes unseen.
//
//   session-state 1 app 9c1f00d2a7b3e455 0000000000000000 3bb1a6f2
//   1 5c9e1b07 +EFFECT<TAB>EFFECT
//   2 77a0c6de @
//
// The header names the realm, the journal and the one that it replaced. "@" ends the snapshot that
// a journal begins with: what the replaced one came to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "effects.hpp"

namespace store {

struct JournalName {
    std::string realm;
    std::uint64_t id = 0;        // another one for each file, never 0
    std::uint64_t replaced = 0;  // the journal whose place it took, 0: none
};

std::string header_line(const JournalName& name);
void append_group(std::string& lines, std::uint64_t number, const Effects& effects);
void append_snapshot_end(std::string& lines, std::uint64_t number);

// Where a journal ends, as far as it is whole.
struct JournalEnd {
    std::uint64_t id = 0;      // of the journal, 0: of none
    std::uint64_t offset = 0;  // behind the last line that is whole
    std::uint64_t number = 0;  // of that line
};

struct Damage {
    std::uint64_t offset = 0;
    std::string what;
};

// Reads a journal piece by piece. Bytes behind the last newline are left alone: a line that was
// being written when its writer died.
class JournalReader {
public:
    using TakeGroup = std::function<void(Effects&& effects)>;
    using TakeSnapshotEnd = std::function<void()>;

    // From the beginning of the file.
    JournalReader(std::string realm, TakeGroup group);
    // From where one has read to before.
    JournalReader(const JournalEnd& end, TakeGroup group);

    void on_snapshot_end(TakeSnapshotEnd take) { snapshot_end_ = std::move(take); }

    // The bytes that follow. False: they cannot be believed, damage() says why.
    bool feed(std::string_view bytes);

    const JournalEnd& end() const { return end_; }
    const JournalName& name() const { return name_; }  // of what was read from the beginning
    const std::optional<Damage>& damage() const { return damage_; }

    // Bytes behind the end, of a line without a newline.
    std::size_t torn() const { return rest_.size(); }

    // Where the snapshot ended that the journal began with, 0 where none was seen.
    std::uint64_t snapshot_bytes() const { return snapshot_bytes_; }

private:
    bool take_line(std::string_view line);
    bool take_header(std::string_view line);
    bool take_body(std::string_view body);
    bool fail(std::string what);

    JournalName name_;
    TakeGroup group_;
    TakeSnapshotEnd snapshot_end_;
    JournalEnd end_;
    std::string rest_;
    std::size_t searched_ = 0;  // of `rest_`, without a newline
    std::uint64_t snapshot_bytes_ = 0;
    std::optional<Damage> damage_;
};

}  // namespace store
