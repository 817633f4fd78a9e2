// The one vocabulary of verdicts, in variables, logs, JSON and metrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "../jwt/refusal.hpp"

namespace session {

enum class Reason : std::uint8_t {
    valid,
    missing,  // no token came
    malformed,
    algorithm,  // not one of the key's
    key,        // no such key
    signature,
    expired,
    early,  // "nbf" or "iat" ahead
    claims,
    revoked,
    stale,  // the user is marked
    epoch,  // issued before the realm's or the tenant's epoch
    idle,
    record,    // no such session
    replayed,  // a refresh token used twice
    origin,
    forbidden,  // auth_session_require
    store,      // no answer
};

inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::store) + 1;

std::string_view name(Reason reason);
std::optional<Reason> find_reason(std::string_view name);
Reason reason_of(jwt::Refusal refusal);

}  // namespace session
