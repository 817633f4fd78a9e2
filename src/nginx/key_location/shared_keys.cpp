#include "shared_keys.hpp"

#include <algorithm>
#include <cstring>

#include "../bridge.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kLease = kKeyFetchTimeout + 1000;  // of one who may have died
constexpr ngx_msec_t kGap = 10000;                      // between questions

SharedKeys& shared_keys(const Realm& realm) {
    return *zone_of(realm).keys;
}

bool is_of(const SharedKeys& keys, const KeyLocation& location) {
    return keys.version.load(std::memory_order_acquire) != 0 && keys.source == location.identity;
}

bool has_passed(std::uint64_t since, ngx_msec_t span) {
    return since == 0 || ngx_current_msec >= since + span;
}

}  // namespace

bool add_shared_keys(const ngx_shm_zone_t& shm, Zone& zone, const Realm& realm) {
    if (!realm.key_location || zone.keys != nullptr) {
        return true;
    }
    auto* slab = reinterpret_cast<ngx_slab_pool_t*>(shm.shm.addr);
    zone.keys = static_cast<SharedKeys*>(ngx_slab_calloc(slab, sizeof(SharedKeys)));
    if (zone.keys == nullptr) {
        ngx_log_error(NGX_LOG_EMERG, shm.shm.log, 0,
                      "session: zone \"%V\" is too small for a key set, raise \"zone\"",
                      &shm.shm.name);
    }
    return zone.keys != nullptr;
}

void carry_keys(const Zone& from, Zone& to) {
    if (from.keys == nullptr || to.keys == nullptr) {
        return;
    }
    const SharedKeys& old = *from.keys;
    SharedKeys& own = *to.keys;
    std::memcpy(own.text, old.text, old.bytes);
    own.bytes = old.bytes;
    own.source = old.source;
    own.last_version = old.last_version;
    own.fetched.store(old.fetched.load(std::memory_order_acquire), std::memory_order_release);
    own.attempted.store(old.attempted.load(std::memory_order_acquire), std::memory_order_release);
    own.version.store(old.version.load(std::memory_order_acquire), std::memory_order_release);
}

bool has_keys(const Realm& realm) {
    const SharedKeys& keys = shared_keys(realm);
    return is_of(keys, *realm.key_location) &&
           !has_passed(keys.fetched.load(std::memory_order_acquire), realm.key_location->keep);
}

bool is_due(const Realm& realm, KeyNeed need) {
    const SharedKeys& keys = shared_keys(realm);
    const KeyLocation& location = *realm.key_location;
    const ngx_msec_t gap = need == KeyNeed::unknown ? kGap : std::min(kGap, location.refresh);
    const bool wanted = need != KeyNeed::refresh ||
                        has_passed(keys.fetched.load(std::memory_order_acquire), location.refresh);
    return wanted && has_passed(keys.attempted.load(std::memory_order_acquire), gap);
}

bool is_being_fetched(const Realm& realm) {
    return ngx_current_msec < shared_keys(realm).lease.load(std::memory_order_acquire);
}

bool take_lease(const Realm& realm, KeyNeed need) {
    const ZoneLock lock(realm);
    if (is_being_fetched(realm) || !is_due(realm, need)) {
        return false;
    }
    SharedKeys& keys = shared_keys(realm);
    keys.attempted.store(ngx_current_msec, std::memory_order_release);
    keys.lease.store(ngx_current_msec + kLease, std::memory_order_release);
    return true;
}

void end_lease(const Realm& realm) {
    shared_keys(realm).lease.store(0, std::memory_order_release);
}

// Who is killed in between leaves no set.
bool put_keys(const Realm& realm, std::string_view text) {
    const ZoneLock lock(realm);
    SharedKeys& keys = shared_keys(realm);
    const bool same =
        is_of(keys, *realm.key_location) && std::string_view(keys.text, keys.bytes) == text;
    if (!same) {
        keys.version.store(0, std::memory_order_release);
        std::memcpy(keys.text, text.data(), text.size());
        keys.bytes = text.size();
        keys.source = realm.key_location->identity;
        keys.version.store(++keys.last_version, std::memory_order_release);
    }
    keys.fetched.store(ngx_current_msec, std::memory_order_release);
    end_lease(realm);
    return !same;
}

std::optional<KeyText> read_keys(const Realm& realm) {
    const ZoneLock lock(realm);
    const SharedKeys& keys = shared_keys(realm);
    if (!has_keys(realm)) {
        return std::nullopt;
    }
    return KeyText{keys.version.load(std::memory_order_acquire),
                   std::string(keys.text, keys.bytes)};
}

}  // namespace nginx
