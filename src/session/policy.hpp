// What a realm enforces, as plain values. Built once from the configuration, never written to
// afterwards.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../jwt/derived_key.hpp"
#include "../jwt/keyring.hpp"
#include "../jwt/verify.hpp"
#include "cookie.hpp"
#include "origin.hpp"
#include "reason.hpp"
#include "return_url.hpp"

namespace session {

inline constexpr std::size_t kMaxCandidates = 4;  // tokens tried a request

// Where a token is looked for.
struct TokenSource {
    enum class Kind : std::uint8_t { cookie, header, bearer, variable };
    enum class Format : std::uint8_t { jwt, nextauth, authjs, opaque };
    enum class Signed : std::uint8_t { no, remix, express };

    Kind kind = Kind::bearer;
    std::string name;   // of the cookie, header or variable
    std::string label;  // $session_source: "cookie:access_token", "bearer"
    Format format = Format::jwt;
    Signed signed_by = Signed::no;  // opaque ids only

    // Encrypted tokens only: the realm's secrets as their library uses them, and what a token that
    // was found good is bound to beside the realm.
    std::vector<jwt::DerivedKey> keys = {};
    std::string fingerprint = {};

    bool encrypted() const { return format == Format::nextauth || format == Format::authjs; }
};

enum class Deny : std::uint8_t { automatic, redirect, status };
enum class Revocation : std::uint8_t { cached, strict, off };
enum class StoreError : std::uint8_t { deny, allow };

// How long what the realm issues lives; seconds.
struct Lifetimes {
    std::int64_t access = 0;
    std::int64_t refresh = 0;
    std::optional<std::int64_t> idle;  // nothing: sessions may rest
    std::int64_t absolute = 0;         // of a session, whatever is renewed
};

// How the store has the sessions of opaque ids: our own records, or as connect-redis writes them.
enum class RecordFormat : std::uint8_t { session, connect_redis };

enum class Beyond : std::uint8_t { end_oldest, reject };  // what a login past the limit does

struct Policy {
    std::string realm;
    jwt::Keyring keyring;
    jwt::Rules rules;
    std::vector<TokenSource> sources;        // in the order of trial
    std::optional<CookieAttributes> cookie;  // the access-token cookie
    std::optional<CookieAttributes> refresh_cookie;
    Lifetimes lifetimes;
    unsigned renew_below = 0;       // percent of a token's life that are left; 0: never
    bool resign = false;            // what a fallback key verified
    bool refresh_inline = false;    // a navigation whose access token has expired
    std::size_t session_limit = 0;  // sessions a user; 0: none
    Beyond beyond_limit = Beyond::end_oldest;
    std::vector<Origin> origins;
    Login login;
    Deny deny = Deny::automatic;
    std::bitset<kReasons> clears;  // reasons that delete the cookie
    Revocation revocation = Revocation::cached;
    std::int64_t max_stale_ms = 2000;  // of "cached": the age of what is proven
    StoreError store_error = StoreError::deny;
    bool ends_live = true;  // requests that are still there when their session ends
    bool record_required = false;
    RecordFormat record_format = RecordFormat::session;
    std::string store_prefix = "session:";

    bool asks_lists() const { return revocation != Revocation::off; }
    bool asks_record() const { return record_required || lifetimes.idle; }
    bool asks_store() const { return asks_lists() || asks_record(); }
    bool caches() const { return asks_store() && revocation == Revocation::cached; }

    // Where the realm's own cookie is read, as which its sessions are issued; null where it is not.
    const TokenSource* own_source() const;
    bool issues_opaque() const;
    bool has_opaque() const;  // a source of opaque ids
};

}  // namespace session
