// What an upstream grants and takes by the X-Session-* headers of its response.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy.hpp"

namespace session {

enum class GrantHeader : std::uint8_t { user, claims, tenant, end, stale };

// In any letter case; an underscore counts as a hyphen, for upstreams that read names so.
std::optional<GrantHeader> find_grant_header(std::string_view name);

struct Grant {
    enum class End : std::uint8_t { none, current, all, one };

    std::string user;    // who has logged in; empty: nobody
    std::string claims;  // JSON of the token's further claims, may be empty
    std::string tenant;  // may be empty
    End end = End::none;
    std::string end_id;                   // of the session, for End::one
    std::string stale;                    // a user to be marked, may be empty
    std::vector<std::string> overridden;  // names of claims that the module's own win over
};

// A header and its value; empty values say nothing.
using GrantLine = std::pair<GrantHeader, std::string_view>;

// The error is in words for a log.
std::variant<Grant, std::string> read_grant(const Policy& policy,
                                            const std::vector<GrantLine>& lines);

}  // namespace session
