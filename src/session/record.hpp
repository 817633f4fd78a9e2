// A session's record in the store: the commands that create, keep and end it, and what the replies
// to them mean. An answer that is none of those expected is `unknown`, and nothing was done for
// certain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "session.hpp"

namespace session {

// A session that begins.
struct Beginning {
    std::string user;
    std::string id;
    std::string tenant;        // may be empty, as all below
    std::string claims;        // JSON, of the upstream
    std::string refresh_hash;  // of its refresh token
    std::string address;
    std::string user_agent;
    std::int64_t issued = 0;        // Unix time
    std::int64_t latest = 0;        // a mark that would put `issued` behind this refuses the login
    std::int64_t now = 0;           // Unix time
    std::int64_t created_us = 0;    // the same in microseconds, for the order of logins
    std::int64_t expires = 0;       // of the record
    std::int64_t tokens_until = 0;  // "exp" of its access token
    std::string previous;           // a session of the same user that this one replaces
    std::int64_t previous_expires = 0;  // "exp" of its token
};

struct Begun {
    enum class Outcome : std::uint8_t {
        unknown,
        created,
        stale,  // a mark is ahead of the clock, or the user is gone
        full,   // the user has as many sessions as may be
    };
    Outcome outcome = Outcome::unknown;
    std::int64_t issued = 0;  // what tokens must have for "iat"
};

redis::Arguments create_record(const Policy& policy, const Beginning& beginning);
Begun read_begun(const redis::Reply& reply);

// What is to end: the session of a token.
struct Ending {
    std::string user;
    std::string id;                      // of the record
    std::vector<std::string> revocable;  // IDs to revoke beside it
    std::int64_t expires = 0;            // "exp" of a token of the session, 0: not known
    std::string stored_at = {};          // a key that goes too: an application's own record
};

Ending ending_of(const Session& session);

// Appends the commands that end it, an application's own record included. Whether the replies to
// them, from `next` on, say that it is done; `next` moves behind them.
void append_end(const Policy& policy, const Ending& ending, std::int64_t now,
                std::vector<redis::Arguments>& commands);
bool has_ended(const Ending& ending, const std::vector<redis::Reply>& replies, std::size_t& next);

redis::Arguments end_session(const Policy& policy, const Ending& ending, std::int64_t now);
redis::Arguments end_all_sessions(const Policy& policy, std::string_view user, std::int64_t now);
redis::Arguments mark_stale(const Policy& policy, std::string_view user, std::int64_t now);
bool is_done(const redis::Reply& reply);  // of these three

// Notes activity, unless it was noted within touch_interval() seconds.
std::int64_t touch_interval(const Policy& policy);
redis::Arguments touch_record(const Policy& policy, const Session& session, std::int64_t now);

enum class Extension : std::uint8_t { unknown, extended, absent, refused };

// For a token that lives until `expires` in place of the session's.
redis::Arguments extend_record(const Policy& policy, const Session& session, std::int64_t expires,
                               std::int64_t now);
Extension read_extension(const redis::Reply& reply);

}  // namespace session
