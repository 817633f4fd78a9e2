// What to ask the store of a session, and what its answers mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "session.hpp"

namespace session {

enum class Standing : std::uint8_t {
    unknown,  // no answer, or one that cannot be believed
    good,
    revoked,
    stale,
    epoch,
    expired,  // by its record
    idle,
    record,  // there is none, and the realm requires it
};

struct StoreAnswer {
    Standing standing = Standing::unknown;
    std::optional<std::int64_t> last_activity;  // Unix time, where a record was asked for and found
};

// What a command is about, and so how its reply reads.
enum class About : std::uint8_t { epoch, stale, revoked, record, id };

struct Inquiry {
    About about = About::record;
    redis::Arguments command;  // a plain read
    std::int64_t until = 0;    // Unix time when the answer matters to nobody any more; 0: not known
};

// A fixed number a session.
void append_inquiries(const Session& session, const Policy& policy, std::vector<Inquiry>& all);

// What the replies to these commands say, `replies` in their order and number. Anything but the
// expected type and form is `unknown`, never `good`; a reply that speaks against the session counts
// whatever the others are. Where several do, the order is revoked, stale, epoch, then what the
// record says. `floors`, as many or null, are replies that count only where they speak against the
// session; then `replies` may be null, for none.
StoreAnswer read_standing(const Session& session, const Policy& policy, const redis::Reply* replies,
                          const redis::Reply* floors, std::size_t count, std::int64_t now);

// Whether the replies to questions about lists are complete and have nothing against what was
// issued then.
bool is_good(const std::vector<About>& asked, std::int64_t issued,
             const std::vector<redis::Reply>& replies);

// A reply that cannot be believed, in words as below.
std::string complain(const std::string& command, const redis::Reply& reply);

// The first reply that cannot be believed, in words for a log: the command, and the error that
// Redis gave. What stands in a key is not told.
std::optional<std::string> find_complaint(const Session& session, const Policy& policy,
                                          const redis::Reply* replies, std::size_t count);

}  // namespace session
