// The cards of a realm on the page: one for each kind of thing that is counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snapshot.hpp"

namespace status {

std::string rejections_card(const Realm& realm);
std::string keys_card(const Realm& realm, std::int64_t now);
std::string sources_card(const Realm& realm, std::int64_t now);
std::string verdicts_card(const Realm& realm);
std::string cache_card(const Realm& realm);
std::string store_card(const Realm& realm);  // empty where there is no store
std::string sessions_card(const Realm& realm);

Number sum(const std::vector<Named>& numbers);

}  // namespace status
