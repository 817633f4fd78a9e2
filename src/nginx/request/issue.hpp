// What an upstream's X-Session-* headers grant and take: first in the store, then as cookies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../../session/grant.hpp"
#include "../../session/opening.hpp"
#include "../../session/record.hpp"
#include "../ngx.hpp"
#include "current.hpp"
#include "request_state.hpp"

namespace nginx {

class Issue {
public:
    // `done`: the cookies are on the response; `invalid`: what the upstream says is not sound.
    using Outcome = session::Opening::Outcome;

    Issue(const Realm& realm, session::Grant grant);

    // True: the response must wait, `resume` will be called; false: outcome() is there.
    bool start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);

    Outcome outcome() const { return outcome_; }

private:
    bool begin(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);
    void note_previous();
    bool is_whole_user_ended(const session::Ending& current) const;
    std::vector<redis::Arguments> first_commands() const;
    session::Opening::Result prepare(ngx_http_request_t* r);
    bool take_first(ngx_http_request_t* r, RequestState& state,
                    const std::vector<redis::Reply>& replies, Suspension::Resume resume);
    std::vector<session::Ending> ended_first() const;
    bool is_replaced(const session::Ending& ending) const;
    void note_first() const;
    bool refuse_unreplicated(ngx_http_request_t* r);
    bool end_or_create(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);
    bool take_begun(ngx_http_request_t* r, RequestState& state,
                    const std::vector<redis::Reply>& replies);
    void give_cookies(ngx_http_request_t* r, RequestState& state);
    void fail(ngx_http_request_t* r, const session::Opening::Result& result);

    const Realm& realm_;
    session::Grant grant_;
    Outcome outcome_ = Outcome::store;
    CurrentSessions current_;                  // sessions that the request came with
    std::string end_user_;                     // whose sessions X-Session-End is about
    session::Ending previous_;                 // that of them which a login replaces
    std::optional<session::Opening> opening_;  // of a login
};

}  // namespace nginx
