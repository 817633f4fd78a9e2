#include "live_feed.hpp"

#include <vector>

#include "../../session/concern.hpp"
#include "../../session/hash.hpp"
#include "../../session/keys.hpp"
#include "../redis/store_meter.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

std::vector<std::uint64_t> changes_of(const Realm& realm, std::string_view key) {
    std::vector<std::uint64_t> changes;
    if (!realm.policy.ends_live) {
        return changes;
    }
    for (const session::Concern& concern : session::concerns_of(realm.policy.store_prefix, key)) {
        changes.push_back(concern.kind == session::Concern::Kind::everybody
                              ? kEpochChanged
                              : session::number_of(concern));
    }
    return changes;
}

}  // namespace

cache::ChangeFeed feed_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    return {zone.feed, zone.feed_bytes};
}

cache::LiveTable live_table_of(const Realm& realm) {
    const Zone& zone = zone_of(realm);
    return {zone.live, zone.live_bytes};
}

std::uint64_t session_number(const Realm& realm, std::string_view user, std::string_view id) {
    return session::digest_of("", session::data_key(realm.policy.store_prefix, user, id))[0];
}

std::optional<std::uint64_t> open_requests(const Realm& realm, std::string_view user,
                                           std::string_view id) {
    return realm.policy.ends_live
               ? live_table_of(realm).count(session_number(realm, user, id), is_alive)
               : std::nullopt;
}

void tell_change(const Realm& realm, std::string_view key) {
    const std::vector<std::uint64_t> changes = changes_of(realm, key);
    const ZoneLock lock(realm);
    for (const std::uint64_t change : changes) {
        feed_of(realm).tell(change);
    }
}

void tell_all_changed(const Realm& realm) {
    const ZoneLock lock(realm);
    feed_of(realm).tell(kAnythingChanged);
}

void tell_change_locked(const Realm& realm, std::string_view key) {
    for (const std::uint64_t change : changes_of(realm, key)) {
        feed_of(realm).tell(change);
    }
}

}  // namespace nginx
