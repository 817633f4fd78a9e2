// What "session_health" tells a page of its token.
#pragma once

#include <cstdint>
#include <string>

#include "evidence.hpp"
#include "policy.hpp"

namespace session {

// A JSON object, its names being the contract with pages that poll it.
std::string health(const Policy& policy, const Evidence& evidence, std::int64_t now);

}  // namespace session
