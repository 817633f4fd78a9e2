// How long a session lives by the times in its record.
#pragma once

#include <cstdint>
#include <optional>

#include "../redis/resp.hpp"
#include "policy.hpp"

namespace session {

// Unix times; what another writer left out speaks neither for nor against the session.
struct RecordTimes {
    std::optional<std::int64_t> created;
    std::optional<std::int64_t> expires;
    std::optional<std::int64_t> last_activity;
};

// A field of a record that is a Unix time, of which a fraction is dropped, or absent; `sound` turns
// false where it is neither.
std::optional<std::int64_t> read_time(const redis::Reply& field, bool& sound);

std::int64_t last_activity(const RecordTimes& times);  // the login is one
bool is_over(const RecordTimes& times, const Policy& policy, std::int64_t now);
bool is_idle(const RecordTimes& times, const Policy& policy, std::int64_t now);

}  // namespace session
