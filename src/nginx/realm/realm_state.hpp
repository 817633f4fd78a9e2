// "state": the file that lets the store in a realm's zone survive a restart.
#pragma once

#include "../ngx.hpp"
#include "../zone/zone.hpp"
#include "realm.hpp"

namespace nginx {

// Before memory is looked at: whether the workers will be able to write the file and, where the
// memory comes from before, whether the file may be theirs. False after an error was logged.
bool check_state(const ngx_shm_zone_t& zone, const Realm& realm, const Zone* retained);

// Into a zone that nobody uses yet, what the file has. False after an error was logged.
bool restore_state(const ngx_shm_zone_t& zone, const Realm& realm, const Zone& own);

// Once the configuration is in force: from now on what is written to the zone goes to the file.
void bind_state(const Realm& realm);

}  // namespace nginx
