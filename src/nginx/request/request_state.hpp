// What the module knows of one request. It hangs on the main request's pool, so that subrequests,
// internal redirects and named locations, which begin with an empty context, find it again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../../session/evidence.hpp"
#include "../key_location/key_station.hpp"
#include "../live/live_request.hpp"
#include "../location.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../redis/replicas.hpp"
#include "exchange.hpp"
#include "mirror.hpp"
#include "recall.hpp"

namespace nginx {

class Issue;
class Refresh;

// The tokens of the request as one realm judges them.
struct Judged {
    const Realm* realm = nullptr;
    session::Evidence evidence;
    std::uint64_t since = 0;    // a position of the realm's feed, before it was judged
    bool settled = false;       // the store was asked, or need not be
    bool hit = false;           // what the store says was known
    unsigned rounds = 0;        // of questions, of which the zone may have answered
    bool asked = false;         // the store was to be asked …
    bool sent = false;          // … and could be
    bool tended = false;        // renewal was looked after
    ngx_msec_t store_time = 0;  // ms the store took, where it was asked
    time_t asked_at = 0;        // Unix time of the last question
    bool told = false;          // the store was asked of the first token before it was judged
    std::optional<session::Reason> reported;  // the reason that was counted and logged
    KeptKeys keys;                            // that judged it
};

// What asking the store of a token that was recalled has brought.
struct Told {
    bool good = false;
    bool sent = false;                  // it could be asked
    std::vector<redis::Reply> replies;  // where it is not good; none where there was no answer
    std::uint32_t era = 0;              // of the store, when it was asked
    ngx_msec_t store_time = 0;
    time_t asked_at = 0;
};

struct Verdict {
    const Judged* judged = nullptr;  // null: no realm was in force
    session::Reason reason = session::Reason::missing;
    bool dry_run = false;

    bool valid() const { return reason == session::Reason::valid; }
};

// A Set-Cookie line for the response, whatever the response will be.
struct Cookie {
    enum class Kind : std::uint8_t {
        refusal,  // of a verdict, taken back with it
        upkeep,   // renewed or signed again; an upstream that sets the cookie itself knows better
        session,  // begins, refreshes or ends it
    };
    std::string name;
    std::string line;
    Kind kind;
};

struct RequestState {
    RequestState();
    ~RequestState();
    RequestState(const RequestState&) = delete;
    RequestState& operator=(const RequestState&) = delete;

    // Of the main request of `r`; null where nothing was judged yet.
    static RequestState* find(ngx_http_request_t* r);
    // Makes it where there is none; throws std::bad_alloc.
    static RequestState& of(ngx_http_request_t* r);

    // The tokens judged by signature and claims; anew where the request's tokens, or the keys, are
    // others than before. `first`: the first of them where it is judged already.
    Judged& judge(ngx_http_request_t* r, const Realm& realm,
                  std::optional<session::Candidate> first = {});

    // A position of the realm's feed that is older than all that is known of its sessions.
    std::uint64_t position_for(const Realm& realm) const;

    // Asks the realm's store, in place of what was asked before; as Exchange::start().
    bool ask(ngx_http_request_t* r, const Realm& realm, redis::Commands commands,
             Suspension::Take take, Suspension::Resume resume);
    // Whether the replicas of "redis_wait" have to be waited for, that they have what the store has
    // just acknowledged: `acknowledged` will tell, and `go_on` is called as Suspension::Take.
    bool await_replicas(ngx_http_request_t* r, const Realm& realm, Suspension::Resume resume,
                        std::function<bool()> go_on = nullptr);
    // The realm's refresh, or null where none was tried.
    Refresh* refresh_of(const Realm& realm) const;

    bool waiting() const {
        return (exchange != nullptr && exchange->waiting()) ||
               (lookup != nullptr && lookup->waiting()) ||
               (replicas != nullptr && replicas->waiting()) ||
               (key_wait != nullptr && key_wait->waiting());
    }

    // The response has one line a name: the last one put, but upkeep never replaces another kind.
    void put_cookie(Cookie cookie);

    // Takes back the headers and cookies of an earlier verdict, before another is put on the
    // response.
    void withdraw(ngx_http_request_t* main);

    // Whether it was let in for a token that was recalled, and nobody has wanted to see more of it.
    bool is_recalled() const { return recalled && verdict && verdict->judged == nullptr; }

    // The token that was known to be good, judged after all, for who wants to see more of it.
    Judged& judge_recalled();

    std::vector<std::unique_ptr<Judged>> judged;
    std::optional<Recalled> recalled;  // by the access phase, in place of a judgement
    Told told;                         // of it, where the store was asked
    bool recalling = false;            // the access phase has suspended the request for that
    Judged* awaited = nullptr;         // what the access phase has suspended the request for
    std::optional<Verdict> verdict;    // of the access phase
    int forbidden_status = 403;
    bool refused_last = false;  // "satisfy any": refuse only after all others have
    bool stored = false;        // what an endpoint asked of the store is done
    bool acknowledged = true;   // … and by the replicas of "redis_wait", where there is one
    std::unique_ptr<Exchange> exchange;
    Replicas::Writes writes;  // of the exchange, where there is "redis_wait"
    std::unique_ptr<Exchange> replicas;
    std::unique_ptr<Lookup> lookup;
    std::unique_ptr<KeyWait> key_wait;  // for a key that a token names: once a request
    std::vector<ngx_table_elt_t*> headers;
    std::vector<Cookie> cookies;
    std::vector<std::unique_ptr<Refresh>> refreshes;  // those that were tried, one a realm
    std::unique_ptr<Issue> issue;  // what the response grants, once its header came
    LiveRequest live;              // the last of all: what asks about it looks at the others
};

// The verdict as variables show it: that of the access phase, before it what signature and claims
// say.
Verdict current_verdict(ngx_http_request_t* r);

// Where it is_recalled(); else null.
const RequestState* recalled_state(ngx_http_request_t* r);

}  // namespace nginx
