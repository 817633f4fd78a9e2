// What the marks of the store say: "stale" of a user and "epoch", each a Unix time before which
// everything is out.
#pragma once

#include <cstdint>
#include <optional>

#include "../redis/resp.hpp"

namespace session {

// What one reply says of "is it out?", the more telling the greater.
enum class Answer : std::uint8_t { no, unclear, yes };

// The time of an epoch, -1 where there is none; nothing where the reply says no such thing.
std::optional<std::int64_t> read_epoch(const redis::Reply& mark);

// What EXISTS says of the key of a revocation.
Answer is_revoked(const redis::Reply& exists);

// Whether an epoch or, `may_be_all`, a stale mark ("*" is everything) is about what was issued
// then.
Answer is_marked(std::int64_t issued, const redis::Reply& mark, bool may_be_all);

}  // namespace session
