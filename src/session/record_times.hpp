// The times of a session's record, and what they say of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "standing.hpp"

namespace session {

// What another writer left out speaks neither for nor against the session.
struct RecordTimes {
    bool exists = false;
    std::optional<std::int64_t> created;
    std::optional<std::int64_t> expires;
    std::optional<std::int64_t> last_activity;

    std::int64_t active() const { return last_activity.value_or(created.value_or(0)); }
};

// The fields that are read, in this order; more may follow.
inline constexpr const char* kRecordFields[] = {"sub", "created_at", "expires_at",
                                                "last_activity_at"};

// A field of a record that is a Unix time, of which a fraction is dropped, or absent; `sound` turns
// false where it is neither.
std::optional<std::int64_t> read_time(const redis::Reply& field, bool& sound);

// Nothing where the reply is not that of a record with so many fields.
std::optional<RecordTimes> read_record_times(const redis::Reply& reply, std::size_t fields);

// Of a record that exists: good, expired or idle.
Standing standing_of(const RecordTimes& record, const Policy& policy, std::int64_t now);

}  // namespace session
