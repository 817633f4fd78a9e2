// The key set in the realm's zone, as it was fetched, for all workers, and which of them fetches.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../../cache/digest.hpp"
#include "../ngx.hpp"

namespace nginx {

struct Realm;
struct Zone;

inline constexpr std::size_t kMostKeySetBytes = 64 * 1024;
inline constexpr ngx_msec_t kKeyFetchTimeout = 3000;  // and no request waits for longer

// Times are ngx_current_msec, which is the same for all processes; 0 is never.
struct SharedKeys {
    std::atomic<std::uint64_t> version;    // another one for another text; 0: there is none
    std::atomic<std::uint64_t> fetched;    // when the location last gave that text
    std::atomic<std::uint64_t> attempted;  // when it was last asked
    std::atomic<std::uint64_t> lease;      // somebody is asking it, at most until then
    std::uint64_t last_version;
    cache::Digest source;
    std::size_t bytes;
    char text[kMostKeySetBytes];
};

// Why the location is asked.
enum class KeyNeed : std::uint8_t {
    refresh,  // the set is to be fetched again
    unknown,  // a token names a key that is not in it
    missing,  // there is none
};

// Memory for it, where the realm has such a set and the zone none. False, with a line in the log,
// where the zone is too small.
bool add_shared_keys(const ngx_shm_zone_t& shm, Zone& zone, const Realm& realm);
void carry_keys(const Zone& from, Zone& to);

// Whether there is a set of the realm's location that is not too old.
bool has_keys(const Realm& realm);
bool is_due(const Realm& realm, KeyNeed need);
bool is_being_fetched(const Realm& realm);

// Whether the caller is to ask the location now.
bool take_lease(const Realm& realm, KeyNeed need);
void end_lease(const Realm& realm);

// The text that came, which ends the lease. Whether it is another one than before.
bool put_keys(const Realm& realm, std::string_view text);

struct KeyText {
    std::uint64_t version;
    std::string text;
};
std::optional<KeyText> read_keys(const Realm& realm);

}  // namespace nginx
