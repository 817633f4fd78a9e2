// What the zone of a realm holds, as values to be shown.
#pragma once

#include "../../status/snapshot.hpp"
#include "../realm/realm.hpp"

namespace nginx {

status::Realm snapshot_of(const Realm& realm);

}  // namespace nginx
