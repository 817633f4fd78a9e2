#include "reason.hpp"

#include <algorithm>
#include <iterator>

namespace session {
namespace {

// In the order of the enumeration.
constexpr std::string_view kNames[] = {
    "valid",   "missing", "malformed", "algorithm", "key",       "signature",
    "expired", "early",   "claims",    "revoked",   "stale",     "epoch",
    "idle",    "record",  "replayed",  "origin",    "forbidden", "store",
};

static_assert(std::size(kNames) == kReasons);

}  // namespace

std::string_view name(Reason reason) {
    return kNames[static_cast<std::size_t>(reason)];
}

std::optional<Reason> find_reason(std::string_view name) {
    const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
    if (found == std::end(kNames)) {
        return std::nullopt;
    }
    return static_cast<Reason>(std::distance(std::begin(kNames), found));
}

Reason reason_of(jwt::Refusal refusal) {
    switch (refusal) {
        case jwt::Refusal::malformed:
            return Reason::malformed;
        case jwt::Refusal::algorithm:
            return Reason::algorithm;
        case jwt::Refusal::key:
            return Reason::key;
        case jwt::Refusal::signature:
            return Reason::signature;
        case jwt::Refusal::expired:
            return Reason::expired;
        case jwt::Refusal::early:
            return Reason::early;
        case jwt::Refusal::claims:
            return Reason::claims;
    }
    return Reason::malformed;
}

}  // namespace session
