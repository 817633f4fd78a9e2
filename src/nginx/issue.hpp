// What an upstream's X-Session-* headers grant and take: first in the store, then as cookies.
#pragma once

#include <string>
#include <vector>

#include "../session/grant.hpp"
#include "../session/record.hpp"
#include "current.hpp"
#include "ngx.hpp"
#include "request_state.hpp"

namespace nginx {

class Issue {
public:
    enum class Outcome : std::uint8_t {
        done,     // the cookies are on the response
        invalid,  // 500: the upstream's headers, or the token that they would make, are not sound
        store,    // 503: the store could not be written
        refused,  // 403: the user has no room for another session, or is gone
    };

    Issue(const Realm& realm, session::Grant grant);

    // True: the response must wait, `resume` will be called; false: outcome() is there.
    bool start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);

    Outcome outcome() const { return outcome_; }

private:
    bool begin(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);
    void note_previous();
    bool is_whole_user_ended(const session::Ending& current) const;
    std::vector<redis::Arguments> first_commands() const;
    void prepare(ngx_http_request_t* r);
    bool make_tokens(std::int64_t issued);
    bool make_id();
    bool is_sound() const;
    std::vector<redis::Arguments> record_commands() const;
    bool fits() const;
    bool take_first(ngx_http_request_t* r, RequestState& state,
                    const std::vector<redis::Reply>& replies, Suspension::Resume resume);
    std::vector<session::Ending> ended_first() const;
    bool is_replaced(const session::Ending& ending) const;
    void note_first() const;
    bool take_begun(ngx_http_request_t* r, RequestState& state,
                    const std::vector<redis::Reply>& replies);
    void give_cookies(ngx_http_request_t* r, RequestState& state);
    void fail(ngx_http_request_t* r, Outcome outcome, const std::string& why);

    const Realm& realm_;
    session::Grant grant_;
    Outcome outcome_ = Outcome::store;
    CurrentSessions current_;  // sessions that the request came with
    std::string end_user_;     // whose sessions X-Session-End is about
    session::Beginning beginning_;
    std::int64_t end_ = 0;  // of the session at the latest, Unix time
    std::string nonce_;     // of the refresh token
    std::string token_id_;
    std::string opaque_id_;
    std::string access_;
    std::string refresh_;
};

}  // namespace nginx
