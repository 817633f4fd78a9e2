#include "issue.hpp"

#include <algorithm>

#include "../session/hash.hpp"
#include "../session/keys.hpp"
#include "../session/marks.hpp"
#include "../session/mint.hpp"
#include "../session/refresh_token.hpp"
#include "bridge.hpp"
#include "cookies.hpp"
#include "current.hpp"
#include "random.hpp"
#include "report.hpp"
#include "worker.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

using End = session::Grant::End;

constexpr std::size_t kMaxUserAgentBytes = 256;

std::string_view user_agent(const ngx_http_request_t* r) {
    const ngx_table_elt_t* header = r->headers_in.user_agent;
    return header == nullptr ? std::string_view()
                             : view(header->value).substr(0, kMaxUserAgentBytes);
}

}  // namespace

Issue::Issue(const Realm& realm, session::Grant grant) : realm_(realm), grant_(std::move(grant)) {}

bool Issue::start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    for (const std::string& name : grant_.overridden) {
        log_line(r, NGX_LOG_WARN, realm_,
                 "claim \"" + name + "\" of the upstream gives way to the module's own");
    }
    find_current(r);
    if (!grant_.user.empty()) {
        outcome_ = Outcome::done;
        prepare(r);
        if (outcome_ != Outcome::done) {
            return false;
        }
    }
    std::vector<redis::Arguments> commands = first_commands();
    if (commands.empty()) {
        outcome_ = Outcome::done;
        return false;
    }
    outcome_ = Outcome::store;  // until the answers say better
    const auto taken = [this, r, &state, resume](const std::vector<redis::Reply>& replies) {
        return take_first(r, state, replies, resume);
    };
    if (!state.ask(r, realm_, std::move(commands), taken, resume)) {
        fail(r, Outcome::store, "the store is away");
        return false;
    }
    return true;
}

void Issue::find_current(ngx_http_request_t* r) {
    current_ = current_sessions(r, realm_);
    end_user_ = current_.empty() ? grant_.user : current_.front().user;
    for (const session::Ending& ending : current_) {
        if (ending.user == grant_.user && beginning_.previous.empty()) {
            beginning_.previous = ending.id;
            beginning_.previous_expires = ending.expires;
        }
    }
}

// Everything that can fail without the store fails before it is asked.
void Issue::prepare(ngx_http_request_t* r) {
    const session::Policy& policy = realm_.policy;
    const std::int64_t now = ngx_time();
    timeval time{};
    ngx_gettimeofday(&time);
    beginning_.user = grant_.user;
    beginning_.id = random_id();
    beginning_.tenant = grant_.tenant;
    beginning_.claims = grant_.claims;
    beginning_.address = view(r->connection->addr_text);
    beginning_.user_agent = user_agent(r);
    beginning_.now = now;
    beginning_.created_us = static_cast<std::int64_t>(time.tv_sec) * 1000000 + time.tv_usec;
    beginning_.latest = now + std::max<std::int64_t>(policy.rules.leeway, 1);
    beginning_.tokens_until = session::token_end(policy, now, now);
    beginning_.expires = beginning_.tokens_until;
    end_ = now + policy.lifetimes.absolute;
    if (policy.refresh_cookie) {
        beginning_.expires =
            std::max(beginning_.expires, std::min(now + policy.lifetimes.refresh, end_));
    }
    token_id_ = random_id();
    nonce_ = random_id();
    if (!make_tokens(now)) {
        fail(r, Outcome::invalid, "no token can be signed");
    } else if (!session::is_valid(policy, access_, now)) {
        fail(r, Outcome::invalid, "with the upstream's claims the token would not be valid");
    } else if (!fits()) {
        fail(r, Outcome::invalid, "the cookie is too large");
    }
}

bool Issue::make_tokens(std::int64_t issued) {
    const session::Policy& policy = realm_.policy;
    const jwt::Key* key = policy.keyring.signing_key(ngx_time());
    if (key == nullptr) {
        return false;
    }
    session::NewToken token;
    token.user = beginning_.user;
    token.session = beginning_.id;
    token.id = token_id_;
    token.tenant = beginning_.tenant;
    token.claims = beginning_.claims;
    token.issued = issued;
    token.expires = beginning_.tokens_until;
    auto access = session::mint(policy, *key, token);
    beginning_.issued = issued;
    access_ = access.value_or("");
    if (policy.refresh_cookie && refresh_.empty()) {
        const auto refresh = session::first_refresh_token(
            *key, beginning_.user, beginning_.id,
            std::min(beginning_.now + policy.lifetimes.refresh, end_), end_, nonce_);
        refresh_ = refresh ? refresh->text : "";
        beginning_.refresh_hash = session::hash_of(refresh_);
    }
    return access && (!policy.refresh_cookie || !refresh_.empty());
}

bool Issue::fits() const {
    const session::Policy& policy = realm_.policy;
    return session::fits(*policy.cookie, access_.size()) &&
           (!policy.refresh_cookie || session::fits(*policy.refresh_cookie, refresh_.size()));
}

// What has to be known before the login, or to be done beside it.
std::vector<redis::Arguments> Issue::first_commands() const {
    const session::Policy& policy = realm_.policy;
    const std::int64_t now = ngx_time();
    std::vector<redis::Arguments> commands;
    const bool login = !grant_.user.empty();
    if (login) {
        commands.push_back({"GET", session::epoch_key(policy.store_prefix, "")});
        if (!grant_.tenant.empty()) {
            commands.push_back({"GET", session::epoch_key(policy.store_prefix, grant_.tenant)});
        }
    }
    for (const session::Ending& ending : ended_first()) {
        commands.push_back(session::end_session(policy, ending, now));
    }
    if (grant_.end == End::all && !end_user_.empty()) {
        commands.push_back(session::end_all_sessions(policy, end_user_, now));
    }
    if (grant_.end == End::one && !end_user_.empty()) {
        commands.push_back(session::end_session(policy, {end_user_, grant_.end_id, {}, 0}, now));
    }
    if (!grant_.stale.empty()) {
        commands.push_back(session::mark_stale(policy, grant_.stale, now));
    }
    return commands;
}

bool Issue::take_first(ngx_http_request_t* r, RequestState& state,
                       const std::vector<redis::Reply>& replies, Suspension::Resume resume) {
    report_errors(r, realm_, replies);
    const std::size_t epochs = grant_.user.empty() ? 0 : grant_.tenant.empty() ? 1 : 2;
    std::int64_t issued = beginning_.issued;
    bool done = !replies.empty();
    std::string why = "the store did not answer";
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const auto epoch = i < epochs ? session::read_epoch(replies[i]) : std::nullopt;
        done = done && (i < epochs ? epoch.has_value() : session::is_done(replies[i]));
        if (i < epochs && !epoch && !replies[i].is_error()) {
            why = "the epoch is no Unix time";
        }
        if (epoch) {
            issued =
                std::max(issued, *epoch < beginning_.latest ? *epoch + 1 : beginning_.latest + 1);
        }
    }
    if (done) {
        note_first();
    }
    if (!done) {
        fail(r, Outcome::store, why);
    } else if (grant_.user.empty()) {
        outcome_ = Outcome::done;
        give_cookies(r, state);
    } else if (issued > beginning_.latest) {
        fail(r, Outcome::refused, "the epoch lies ahead");
    } else {
        beginning_.issued = issued;
        const auto taken = [this, r, &state](const std::vector<redis::Reply>& begun) {
            return take_begun(r, state, begun);
        };
        if (state.ask(r, realm_, {session::create_record(realm_.policy, beginning_)}, taken,
                      resume)) {
            return false;
        }
        fail(r, Outcome::store, "the store is away");
    }
    return true;
}

// Of the sessions that the request came with those that end beside a login, or by their own name.
// The one that a login replaces ends with it.
std::vector<session::Ending> Issue::ended_first() const {
    const bool login = !grant_.user.empty();
    std::vector<session::Ending> ended;
    if (!login && grant_.end != End::current) {
        return ended;
    }
    for (const session::Ending& ending : current_) {
        if (!login || !is_replaced(ending)) {
            ended.push_back(ending);
        }
    }
    return ended;
}

bool Issue::is_replaced(const session::Ending& ending) const {
    return ending.user == grant_.user && ending.id == beginning_.previous;
}

// What the first commands did, for the zone.
void Issue::note_first() const {
    note_ended(realm_, ended_first());
    if (grant_.end == End::one && !end_user_.empty()) {
        note_ended(realm_, {{end_user_, grant_.end_id, {}, 0}});
    }
    if (grant_.end == End::all && !end_user_.empty()) {
        known_of(realm_).marked(end_user_);
    }
    if (!grant_.stale.empty()) {
        known_of(realm_).marked(grant_.stale);
    }
}

bool Issue::take_begun(ngx_http_request_t* r, RequestState& state,
                       const std::vector<redis::Reply>& replies) {
    report_errors(r, realm_, replies);
    const session::Begun begun =
        replies.size() == 1 ? session::read_begun(replies.front()) : session::Begun();
    switch (begun.outcome) {
        case session::Begun::Outcome::created:
            outcome_ = Outcome::done;
            if (!make_tokens(begun.issued)) {
                fail(r, Outcome::invalid, "no token can be signed");
                break;
            }
            count(counters(realm_).issued);
            if (!beginning_.previous.empty()) {
                note_ended(realm_,
                           {{grant_.user, beginning_.previous, {}, beginning_.previous_expires}});
            }
            give_cookies(r, state);
            break;
        case session::Begun::Outcome::stale:
            fail(r, Outcome::refused, "the user is marked as gone, or the mark lies ahead");
            break;
        case session::Begun::Outcome::full:
            fail(r, Outcome::refused, "the user has as many sessions as \"session_limit\" allows");
            break;
        case session::Begun::Outcome::unknown:
            fail(r, Outcome::store, "the store did not answer");
            break;
    }
    return true;
}

bool Issue::is_whole_user_ended(const session::Ending& current) const {
    return grant_.end == End::all && current.user == end_user_;
}

void Issue::give_cookies(ngx_http_request_t* r, RequestState& state) {
    const auto kind = Cookie::Kind::session;
    if (grant_.user.empty()) {
        const bool ended =
            std::any_of(current_.begin(), current_.end(), [this](const session::Ending& current) {
                return grant_.end == End::current || is_whole_user_ended(current) ||
                       (grant_.end == End::one && current.id == grant_.end_id);
            });
        if (ended) {
            delete_sent_cookies(r, state, realm_, kind);
        }
        return;
    }
    const std::int64_t now = beginning_.now;
    give_cookie(r, state, realm_, CookieRole::access, access_, beginning_.tokens_until - now, kind);
    if (realm_.policy.refresh_cookie) {
        give_cookie(r, state, realm_, CookieRole::refresh, refresh_,
                    std::min(realm_.policy.lifetimes.refresh, end_ - now), kind);
    }
}

void Issue::fail(ngx_http_request_t* r, Outcome outcome, const std::string& why) {
    outcome_ = outcome;
    const std::string whose = grant_.user.empty() ? "" : " of user=" + quoted(grant_.user);
    log_line(r, NGX_LOG_ERR, realm_, "no session" + whose + ": " + why);
}

}  // namespace nginx
