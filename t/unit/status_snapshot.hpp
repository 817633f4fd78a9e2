// A realm with something of all that is shown, for the tests of the three forms.
#pragma once

#include "../../src/status/snapshot.hpp"

namespace shown {

inline constexpr std::int64_t kNow = 1800000000;

inline status::Realm realm(const std::string& name) {
    status::Realm realm;
    realm.name = name;
    realm.requests = {{"valid", 1234}, {"expired", 7}, {"store", 0}};
    realm.events = {{"issued", 5}, {"redirects", 2}};
    realm.keys = {{"v2", status::Key::Role::current, kNow - 3},
                  {"v1", status::Key::Role::fallback, 0},
                  {"v0", status::Key::Role::fallback, 0}};
    realm.verified = {{"v2", "v2", 1200, 3, kNow - 3}, {"v1", "", 0, 4, 0}};
    realm.sources = {{"bearer", "jwt", 1200, 7, kNow - 3}};
    realm.hits = 90;
    realm.misses = 10;
    realm.tables = {{"tokens", 3, 100}};
    realm.zone_used = 2048;
    realm.zone_free = 2048;
    status::Store store;
    store.answered = 11;
    store.timeout = 1;
    store.connections = 2;
    store.durations = {{100, 4}, {250, 6}, {0, 1}};
    store.duration = 1500;
    realm.store = store;
    realm.coherence = {status::Coherence::State::coherent, true, true, 316};
    realm.live = 3;
    realm.ended = {{"revoked", 2}, {"idle", 0}};
    realm.rejected = {{"expired", {0, 3, 4}}, {"store", {0, 0, 0}}};
    realm.issued = {"issued", {1, 0, 4}};
    return realm;
}

inline status::Snapshot snapshot() {
    return {kNow, {realm("app"), realm("other")}};
}

}  // namespace shown
