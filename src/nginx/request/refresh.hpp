// A refresh cookie is used: by session_refresh, or in place of an expired access token.
#pragma once

#include <optional>
#include <string>

#include "../../session/rotation.hpp"
#include "../ngx.hpp"
#include "presented.hpp"
#include "request_state.hpp"

namespace nginx {

class Refresh {
public:
    // `kind`: of the new access cookie, which in place is upkeep.
    Refresh(const Realm& realm, Cookie::Kind kind);

    // Reads the request's refresh cookie and asks the store to rotate it. True: the request waits,
    // `resume` will be called; false: reason() says why there is nothing to wait for.
    bool start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);

    // `valid`: the new cookies are on the response.
    session::Reason reason() const { return reason_; }

    // Of the token that came, as far as a key of the realm has sealed it; else empty.
    const std::string& user() const { return presented_.user; }
    const std::string& id() const { return presented_.session; }

    const Realm& realm() const { return realm_; }

    // The realm's tokens from now on, where the reason is `valid`: the one that was made here.
    Tokens tokens() const;  // views into this object

    // Seconds from when the refresh was made.
    std::int64_t access_life() const { return access_expires_ - rotation_->now; }
    std::int64_t refresh_life() const { return rotated_.token.expires - rotation_->now; }

private:
    bool read(ngx_http_request_t* r);
    bool take(ngx_http_request_t* r, RequestState& state, const std::vector<redis::Reply>& replies,
              Suspension::Resume resume);
    bool ask_tenant(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume);
    void finish(ngx_http_request_t* r, RequestState& state);
    bool make_token();

    const Realm& realm_;
    Cookie::Kind kind_;
    session::Reason reason_ = session::Reason::missing;
    session::RefreshToken presented_;
    std::optional<session::Rotation> rotation_;
    session::Rotated rotated_;
    session::TokenSource source_;  // of the new access token
    std::string access_;
    std::int64_t access_expires_ = 0;
};

// Whether the reason says that the session is over, so that no newer cookie of it is of any use.
bool ends_session(session::Reason reason);

}  // namespace nginx
