// A refresh token is used: its successor, or why there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "reason.hpp"
#include "refresh_token.hpp"

namespace session {

inline constexpr std::int64_t kGrace = 10;  // seconds in which a token may be used again

// What a rotation needs to be asked for; kept until the reply is there.
struct Rotation {
    RefreshToken presented;
    RefreshToken successor;  // if this request is the first to come with it
    std::string key_id;      // of the successor
    std::int64_t now = 0;
};

// Nothing where OpenSSL fails.
std::optional<Rotation> begin_rotation(const Policy& policy, const jwt::Key& key,
                                       const RefreshToken& presented, std::int64_t now);

// The commands: the realm's epoch and the script, which changes the record.
std::vector<redis::Arguments> rotation_commands(const Policy& policy, const Rotation& rotation);

struct Rotated {
    Reason reason = Reason::store;  // `valid`: the rest is set
    RefreshToken token;             // the one that is good now
    std::int64_t created = 0;       // of the session, Unix time
    std::string tenant;
    std::string claims;  // JSON of the upstream, may be empty
};

Rotated read_rotated(const Policy& policy, const Rotation& rotation,
                     const std::vector<redis::Reply>& replies);

}  // namespace session
