// Looks through a realm's store, behind the requests, and leaves in the zone how many sessions
// there are: only while somebody asks for the status, and a small part of the time.
#pragma once

#include <optional>

#include "../../status/snapshot.hpp"
#include "../realm/realm.hpp"

namespace nginx {

// What was found last, nothing where nobody has looked yet; has it looked for again where it is
// old.
std::optional<status::Sessions> count_sessions(const Realm& realm);

// The worker, or the realm's configuration, ends; before its store does.
void close_surveys() noexcept;
void close_survey(const Realm& realm) noexcept;

}  // namespace nginx
