// The tokens that one request presents to one realm, and what each is worth.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../jwt/verify.hpp"
#include "../redis/resp.hpp"
#include "policy.hpp"
#include "reason.hpp"
#include "search.hpp"
#include "session.hpp"
#include "standing.hpp"

namespace session {

// A token as it came; the view lives as long as the request.
struct Presented {
    const TokenSource* source = nullptr;
    std::string_view token;

    bool operator==(const Presented& other) const {
        return source == other.source && token == other.token;
    }
};

struct Candidate {
    Presented presented;
    jwt::Verification verification;
    std::optional<Session> session;  // where the signature is verified, valid or not
    std::string id;                  // opaque, as the store knows it
    std::optional<Search> search;    // for the session of the id, until it is over
    Reason reason = Reason::valid;   // by all that is known so far
    std::size_t asked = 0;           // commands of the question that are about it
    bool answered = false;           // the store was asked of its standing
    bool unchecked = false;  // valid by signature and claims alone: the store could not answer
    std::optional<std::int64_t> last_activity;  // Unix time, where its record was read
    std::optional<std::string> complaint;       // of its search
};

// Judges a token by signature and claims. `may_use_cookie`: cookies are believed, the request is
// not forged by another site. `signer`: the key whose signature is known to hold, or null.
Candidate judge_token(const Policy& policy, const Presented& token, bool may_use_cookie,
                      const jwt::Key* signer, std::int64_t now);
// Whether another key than the current one has signed it; ids have a current key of their own,
// where the first key of all is no HMAC secret.
bool is_by_fallback(const Policy& policy, const Candidate& candidate, std::int64_t now);

class Evidence {
public:
    Evidence() = default;

    // Judges the tokens. `complete`: these are all that the request sent. `first`: the first of
    // them where it is judged already.
    Evidence(const Policy& policy, const std::vector<Presented>& tokens, bool complete,
             bool may_use_cookie, std::int64_t now, std::optional<Candidate> first = {});

    // Of a token that was judged before: its signature is that key's, the store has no objection.
    Evidence(const Policy& policy, const Presented& token, const jwt::Key& signer,
             std::int64_t now);

    const std::vector<Candidate>& candidates() const { return candidates_; }

    // Whether these are the tokens that were judged.
    bool is_of(const std::vector<Presented>& tokens, bool may_use_cookie) const;

    // What the store has to be asked, round by round; empty where nothing more hangs on its answer.
    std::vector<Inquiry> questions(const Policy& policy);

    // Those of the last round once more, as long as they are not answered.
    std::vector<Inquiry> asked(const Policy& policy) const;

    // Its answer to the round; an empty one where there was none. `floors`: what is known to speak
    // against somebody, whatever the store says, as replies to the same questions; or empty.
    void answer(const Policy& policy, const std::vector<redis::Reply>& replies,
                const std::vector<redis::Reply>& floors, std::int64_t now);

    // What in that answer cannot be believed, in words for a log.
    std::optional<std::string> complaint(const Policy& policy,
                                         const std::vector<redis::Reply>& replies) const;

    // The candidate whose session the request has, else the one that gives the reason; null where
    // no token came.
    const Candidate* deciding() const;
    Reason reason() const;

    // The first candidate that is not refused: valid so far, or its session is searched for.
    const Candidate* foremost() const;

    // Cookies to delete: those of which every token that was sent has one of these reasons.
    std::vector<std::string_view> cookies_to_clear(const Policy& policy,
                                                   const std::bitset<kReasons>& reasons) const;

private:
    std::vector<Candidate> candidates_;
    bool complete_ = true;
    bool may_use_cookie_ = true;
};

}  // namespace session
