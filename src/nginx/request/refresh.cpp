#include "refresh.hpp"

#include <algorithm>

#include "../../session/keys.hpp"
#include "../../session/marks.hpp"
#include "../../session/mint.hpp"
#include "../random.hpp"
#include "../zone/zone.hpp"
#include "cookies.hpp"
#include "current.hpp"
#include "report.hpp"

namespace nginx {

using session::Reason;

Refresh::Refresh(const Realm& realm, Cookie::Kind kind) : realm_(realm), kind_(kind) {
    const std::string& name = realm.policy.cookie->name;
    source_.kind = session::TokenSource::Kind::cookie;
    source_.name = name;
    source_.label = "cookie:" + name;
}

// The first cookie that could still be good; else why the first one is not.
bool Refresh::read(ngx_http_request_t* r) {
    const session::Policy& policy = realm_.policy;
    for (const std::string_view text : sent_cookies(r, policy.refresh_cookie->name)) {
        auto read = session::read_refresh_token(text, policy.keyring, ngx_time());
        Reason reason = read.known_key ? Reason::record : Reason::key;
        if (read.token) {
            presented_ = std::move(*read.token);
            if (ngx_time() < presented_.expires) {
                return true;
            }
            reason = Reason::expired;
        }
        if (reason_ == Reason::missing) {
            reason_ = reason;
        }
    }
    return false;
}

bool Refresh::start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    const session::Policy& policy = realm_.policy;
    if (!read(r)) {
        return false;
    }
    reason_ = Reason::store;  // until the answer says better
    const jwt::Key* key = policy.keyring.signing_key(ngx_time());
    rotation_ = key == nullptr ? std::nullopt
                               : session::begin_rotation(policy, *key, presented_, ngx_time());
    if (!rotation_) {
        log_line(r, NGX_LOG_ERR, realm_, "cannot refresh: no key signs");
        return false;
    }
    const auto taken = [this, r, &state, resume](const std::vector<redis::Reply>& replies) {
        return take(r, state, replies, resume);
    };
    return state.ask(r, realm_, session::rotation_commands(policy, *rotation_), taken, resume);
}

bool Refresh::take(ngx_http_request_t* r, RequestState& state,
                   const std::vector<redis::Reply>& replies, Suspension::Resume resume) {
    rotated_ = session::read_rotated(realm_.policy, *rotation_, replies);
    report_errors(r, realm_, replies);
    if (rotated_.reason == Reason::valid && !rotated_.tenant.empty() &&
        ask_tenant(r, state, resume)) {
        return false;
    }
    finish(r, state);
    return true;
}

// The epoch of a tenant has a key of its own, and only the record knows the tenant.
bool Refresh::ask_tenant(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    const auto taken = [this, r, &state](const std::vector<redis::Reply>& replies) {
        const session::Answer epoch = replies.size() != 1
                                          ? session::Answer::unclear
                                          : session::is_marked(rotated_.created, replies[0], false);
        if (epoch != session::Answer::no) {
            rotated_.reason = epoch == session::Answer::yes ? Reason::epoch : Reason::store;
        }
        finish(r, state);
        return true;
    };
    const std::string key = session::epoch_key(realm_.policy.store_prefix, rotated_.tenant);
    if (!state.ask(r, realm_, {{"GET", key}}, taken, resume)) {
        rotated_.reason = Reason::store;
        return false;
    }
    return true;
}

bool Refresh::make_token() {
    const session::Policy& policy = realm_.policy;
    const jwt::Key* key = policy.keyring.signing_key(rotation_->now);
    session::NewToken token;
    token.user = presented_.user;
    token.session = presented_.session;
    token.id = random_id();
    token.tenant = rotated_.tenant;
    token.claims = rotated_.claims;
    token.issued = std::max(rotation_->now, rotated_.created);
    token.authenticated = rotated_.created;
    token.expires = session::token_end(policy, rotation_->now, rotated_.created);
    access_expires_ = token.expires;
    const auto text = key == nullptr ? std::nullopt : session::mint(policy, *key, token);
    access_ = text.value_or("");
    return text && session::is_valid(policy, *text, rotation_->now);
}

void Refresh::finish(ngx_http_request_t* r, RequestState& state) {
    reason_ = rotated_.reason;
    Counters& counts = counters(realm_);
    if (reason_ == Reason::replayed) {
        count(counts.replayed);
        note_ended(realm_, {{presented_.user, presented_.session, {}, 0}});
    }
    if (reason_ == Reason::valid &&
        session::token_end(realm_.policy, rotation_->now, rotated_.created) <= rotation_->now) {
        reason_ = Reason::expired;
    }
    if (reason_ != Reason::valid) {
        return;
    }
    if (!make_token()) {
        reason_ = Reason::store;
        log_line(r, NGX_LOG_ERR, realm_, "cannot refresh: the new token would not be valid");
        return;
    }
    if (!give_cookie(r, state, realm_, CookieRole::access, access_, access_life(), kind_) ||
        !give_cookie(r, state, realm_, CookieRole::refresh, rotated_.token.text, refresh_life(),
                     Cookie::Kind::session)) {
        reason_ = Reason::store;
        return;
    }
    count(counts.refreshed);
}

Tokens Refresh::tokens() const {
    Tokens tokens;
    tokens.presented.push_back({&source_, access_});
    return tokens;
}

bool ends_session(Reason reason) {
    return reason == Reason::replayed || reason == Reason::revoked || reason == Reason::stale ||
           reason == Reason::epoch || reason == Reason::idle;
}

}  // namespace nginx
