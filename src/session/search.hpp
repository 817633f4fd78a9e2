// Finds the session of an opaque id in the store: what to ask, round by round, and what the answers
// mean. The id itself leaves this place in a command only, and only where connect-redis wants it
// so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../jwt/claims.hpp"
#include "../redis/resp.hpp"
#include "policy.hpp"
#include "reason.hpp"
#include "session.hpp"
#include "standing.hpp"

namespace session {

// Where a search has led. Of a session that is refused the names may be known, for logs.
struct Finding {
    Reason reason = Reason::store;  // `valid`: by its record; the lists are still to be asked
    std::optional<Session> session;
    std::optional<jwt::Claims> claims;          // set with `session`
    std::optional<std::int64_t> last_activity;  // Unix time, where the realm notes it
    std::optional<std::string> complaint;       // what cannot be believed, in words for a log
};

class Search {
public:
    Search(const Policy& policy, std::string_view id);

    // The commands of this round.
    std::vector<Inquiry> questions(const Policy& policy) const;

    // The replies to them, in their order and number, or null for none, and what is known to speak
    // against somebody, as of read_standing(). Nothing: there is another round.
    std::optional<Finding> answer(const Policy& policy, const redis::Reply* replies,
                                  const redis::Reply* floors, std::int64_t now);

    // Whose session it is, and which: once there is another round.
    const std::string& user() const { return user_; }
    const std::string& session() const { return session_; }

private:
    bool is_named() const { return !user_.empty(); }
    std::optional<Finding> read_names(const redis::Reply& reply);
    Finding read_record(const Policy& policy, const redis::Reply* replies,
                        const redis::Reply* floors, std::int64_t now) const;

    std::string key_;   // what the first round reads
    std::string hash_;  // of the id
    std::string user_;  // known after the first round
    std::string session_;
};

// What a program that has the id in hand writes to the store: where the record is found, for so
// many seconds.
std::vector<redis::Arguments> name_session(const Policy& policy, std::string_view id,
                                           std::string_view user, std::string_view session,
                                           std::int64_t seconds);
// Whether the replies to these, and to one more command behind them, say that it was done.
bool is_named(const std::vector<redis::Reply>& replies);
// As long as the record; of a session that was found.
redis::Arguments keep_name(const Policy& policy, std::string_view id, std::int64_t seconds);

}  // namespace session
