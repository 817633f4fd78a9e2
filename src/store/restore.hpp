// A keyspace as a journal has it.
#pragma once

#include <cstdint>
#include <string>

#include "disk.hpp"
#include "journal.hpp"
#include "keyspace.hpp"

namespace store {

// What has expired by `now` is left out. Nothing is in the keyspace where the journal is damaged.
Loaded restore(Disk& disk, const std::string& path, const std::string& realm, Keyspace& keyspace,
               std::int64_t now);

// Applies a group, as if nothing ever expired: later effects may have made it live longer. False
// where there is no room even without what has expired by `now`.
bool apply_group(Keyspace& keyspace, const Effects& group, std::int64_t now);

}  // namespace store
