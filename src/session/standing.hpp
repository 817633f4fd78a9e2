// What to ask the store of a session, and what its answers mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"
#include "session.hpp"

namespace session {

enum class Standing : std::uint8_t {
    unknown,  // no answer, or one that cannot be believed
    good,
    revoked,
    stale,
    epoch,
};

// Plain reads, a fixed number a session; `prefix` is the realm's `redis_prefix`.
std::vector<redis::Arguments> standing_commands(const Session& session, std::string_view prefix);

// What the replies to these commands say, `replies` in their order and number. Anything but the
// expected type and form is `unknown`, never `good`; a reply that speaks against the session counts
// whatever the others are. Where several do, the order is revoked, stale, epoch.
Standing read_standing(const Session& session, const redis::Reply* replies, std::size_t count);

// The first reply that cannot be believed, in words for a log: the command, and the error that
// Redis gave. What stands in a key is not told.
std::optional<std::string> find_complaint(const Session& session, std::string_view prefix,
                                          const redis::Reply* replies, std::size_t count);

}  // namespace session
