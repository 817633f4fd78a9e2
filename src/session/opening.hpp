// A session that begins: its tokens are made and judged, then the store is written, then somebody
// gets them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "record.hpp"

namespace session {

class Opening {
public:
    enum class Outcome : std::uint8_t {
        done,
        invalid,  // the token that the claims would make is not sound
        store,    // the store did not answer
        refused,  // the user has no room for another session, or is gone
    };
    struct Result {
        Outcome outcome = Outcome::done;
        std::string why;  // in words for a log

        explicit operator bool() const { return outcome == Outcome::done; }
    };
    // Texts that nobody can guess.
    struct Nonces {
        std::string token;  // "jti", or the opaque id
        std::string refresh;
    };

    // Of `beginning` who, where from, in place of what, and now; the rest is found here. The policy
    // must outlive it.
    Opening(const Policy& policy, Beginning beginning, Nonces nonces);

    // Everything that can fail without the store fails before it is asked.
    Result prepare();

    // The store is asked for the epochs first: they have another hash tag than the user's keys.
    std::vector<redis::Arguments> epochs() const;
    Result take_epochs(const std::vector<redis::Reply>& replies);  // these, and maybe others behind

    std::vector<redis::Arguments> create() const;
    Result take_begun(const std::vector<redis::Reply>& replies);

    // The tokens, the first one maybe an opaque id; there for sure once the session has begun.
    const std::string& access() const { return access_; }
    const std::string& refresh() const { return refresh_; }  // empty: the realm has none
    std::int64_t access_life() const { return beginning_.tokens_until - beginning_.now; }
    std::int64_t refresh_life() const;

    const Beginning& beginning() const { return beginning_; }

private:
    bool make_tokens();
    bool make_id();
    bool is_sound() const;
    bool fits() const;

    const Policy& policy_;
    Beginning beginning_;
    Nonces nonces_;
    std::int64_t end_;  // of the session at the latest, Unix time
    std::string access_;
    std::string refresh_;
};

}  // namespace session
