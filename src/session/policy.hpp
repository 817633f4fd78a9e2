// What a realm enforces, as plain values. Built once from the configuration, never written to
// afterwards.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

    Kind kind = Kind::bearer;
    std::string name;   // of the cookie, header or variable
    std::string label;  // $session_source: "cookie:access_token", "bearer"
};

enum class Deny : std::uint8_t { automatic, redirect, status };
enum class Revocation : std::uint8_t { cached, strict, off };
enum class StoreError : std::uint8_t { deny, allow };

struct Policy {
    std::string realm;
    jwt::Keyring keyring;
    jwt::Rules rules;
    std::vector<TokenSource> sources;        // in the order of trial
    std::optional<CookieAttributes> cookie;  // the access-token cookie
    std::vector<Origin> origins;
    Login login;
    Deny deny = Deny::automatic;
    std::bitset<kReasons> clears;  // reasons that delete the cookie
    Revocation revocation = Revocation::cached;
    StoreError store_error = StoreError::deny;
    bool has_store = false;
    std::string store_prefix = "session:";

    bool asks_store() const { return has_store && revocation != Revocation::off; }
};

}  // namespace session
