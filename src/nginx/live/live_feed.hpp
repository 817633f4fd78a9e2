// What workers tell each other of changes in the store, for requests that live on: through the
// realm's zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "../../cache/change_feed.hpp"
#include "../../cache/live_table.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"

namespace nginx {

// Changes that are no number of a user or tenant.
inline constexpr std::uint64_t kAnythingChanged = 1;  // what was missed is not known
inline constexpr std::uint64_t kEpochChanged = 2;     // the realm's

cache::ChangeFeed feed_of(const Realm& realm);

// How many requests each session has open, of those that were there for a second; and its number
// there.
cache::LiveTable live_table_of(const Realm& realm);
std::uint64_t session_number(const Realm& realm, std::string_view user, std::string_view id);
// Nothing: it is not known.
std::optional<std::uint64_t> open_requests(const Realm& realm, std::string_view user,
                                           std::string_view id);

// The key has changed, or any may have; they take the zone's lock, and throw std::runtime_error.
void tell_change(const Realm& realm, std::string_view key);
void tell_all_changed(const Realm& realm);

// The same for who holds the lock.
void tell_change_locked(const Realm& realm, std::string_view key);

}  // namespace nginx
