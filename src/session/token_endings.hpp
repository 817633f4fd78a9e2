// Which session a token is of, whoever comes with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy.hpp"
#include "record.hpp"

namespace session {

// Of an access or refresh token that a key of the realm has signed, expired or not; else nothing.
std::optional<Ending> ending_of_token(const Policy& policy, std::string_view text,
                                      std::int64_t now);

}  // namespace session
