// A session as the store has it, in the terms of claims.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../jwt/claims.hpp"
#include "policy.hpp"
#include "search.hpp"

namespace session {

struct Stored {
    std::string user;
    std::string id;
    std::string tenant;        // may be empty
    std::string claims;        // JSON, may be empty
    std::int64_t issued = 0;   // Unix time, 0: not known
    std::int64_t expires = 0;  // the same
};

// The session with its claims, its own winning over the others; `valid`, or what the realm's rules
// for claims have against it. Nothing where the claims are no JSON object, or a name is none.
std::optional<Finding> found_session(const Policy& policy, const Stored& stored, std::int64_t now);

// The same of what connect-redis wrote: JSON in which the names of claims are paths with dots.
// `hash`, of the id, is the session's own.
std::optional<Finding> found_express_session(const Policy& policy, std::string_view json,
                                             std::string_view hash, std::int64_t now);

}  // namespace session
