// What a zone takes over from the one that it replaces: a reload that changes its size, or that
// gives the realm another store, brings new memory.
#pragma once

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "zone.hpp"

namespace nginx {

// The new configuration's hand on the zone that one of its own replaces. As long as it is not in
// force it may still be refused: then that zone has to serve on.
class ZoneMove {
public:
    explicit ZoneMove(Realm& realm) : realm(realm) {}
    ~ZoneMove();
    ZoneMove(const ZoneMove&) = delete;
    ZoneMove& operator=(const ZoneMove&) = delete;

    Realm& realm;
    const ngx_shm_zone_t* closed = nullptr;  // its sessions were carried over, it is only read
};

// An empty store in the zone's own memory; false, with a line in the log, where it is too small.
bool make_store(const ngx_shm_zone_t& zone, const Zone& own, const Zone* previous);

// What was counted and known comes along, and all sessions. False, with a line in the log, where
// they do not fit.
bool take_over(const ngx_shm_zone_t& from, const ngx_shm_zone_t& zone, Zone& own, ZoneMove& move);

// The configuration has come into force.
ngx_int_t settle_zones(ngx_cycle_t* cycle) noexcept;

}  // namespace nginx
