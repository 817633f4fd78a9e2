// The names of the store's keys; `prefix` is the realm's `redis_prefix`. All keys of a user but the
// epochs have one hash tag, so that a cluster keeps them on one node.
#pragma once

#include <string>
#include <string_view>

namespace session {

std::string epoch_key(std::string_view prefix, std::string_view tenant);  // empty: the realm's
// Tells an emptied server from an empty list; `tag`: of one of several masters.
std::string generation_key(std::string_view prefix, std::string_view tag);
std::string stale_key(std::string_view prefix, std::string_view user);
std::string user_key(std::string_view prefix, std::string_view user);

// With the ID empty, what stands before it.
std::string revoked_key(std::string_view prefix, std::string_view user, std::string_view id);
std::string data_key(std::string_view prefix, std::string_view user, std::string_view id);

// Of opaque ids; `hash` is the unpadded base64url SHA-256 of the id.
std::string opaque_key(std::string_view prefix, std::string_view hash);
// Where connect-redis has the session of an id.
std::string express_key(std::string_view prefix, std::string_view id);

}  // namespace session
