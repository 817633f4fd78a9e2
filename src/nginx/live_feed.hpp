// What workers tell each other of changes in the store, for requests that live on: through the
// realm's zone.
#pragma once

#include <string_view>

#include "../cache/change_feed.hpp"
#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

// Changes that are no number of a user or tenant.
inline constexpr std::uint64_t kAnythingChanged = 1;  // what was missed is not known
inline constexpr std::uint64_t kEpochChanged = 2;     // the realm's

cache::ChangeFeed feed_of(const Realm& realm);

// The key has changed, or any may have; they take the zone's lock, and throw std::runtime_error.
void tell_change(const Realm& realm, std::string_view key);
void tell_all_changed(const Realm& realm);

// The same for who holds the lock.
void tell_change_locked(const Realm& realm, std::string_view key);

}  // namespace nginx
