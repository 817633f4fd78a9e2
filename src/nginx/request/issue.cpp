#include "issue.hpp"

#include <algorithm>
#include <cstddef>

#include "../bridge.hpp"
#include "../random.hpp"
#include "../redis/store_log.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "begin.hpp"
#include "cookies.hpp"
#include "current.hpp"
#include "report.hpp"
#include "tally.hpp"

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

Issue::Issue(const Realm& realm, session::Grant grant)
    : realm_(realm), grant_(std::move(grant)), current_(realm) {}

bool Issue::start(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    for (const std::string& name : grant_.overridden) {
        log_line(r, NGX_LOG_WARN, realm_,
                 "claim \"" + name + "\" of the upstream gives way to the module's own");
    }
    current_.read(r);
    std::vector<redis::Arguments> questions = current_.questions();
    if (questions.empty()) {
        return begin(r, state, resume);
    }
    outcome_ = Outcome::store;  // until the answers say better
    const auto taken = [this, r, &state, resume](const std::vector<redis::Reply>& replies) {
        report_errors(r, realm_, replies);
        if (!current_.answer(replies)) {
            fail(r, {Outcome::store, "the store did not answer"});
            return true;
        }
        return !begin(r, state, resume);
    };
    if (!state.ask(r, realm_, std::move(questions), taken, resume)) {
        fail(r, {Outcome::store, "the store is away"});
        return false;
    }
    return true;
}

bool Issue::begin(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    note_previous();
    if (!grant_.user.empty()) {
        const session::Opening::Result result = prepare(r);
        if (!result) {
            fail(r, result);
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
        fail(r, {Outcome::store, "the store is away"});
        return false;
    }
    return true;
}

// Of the sessions that the request came with, a login replaces the first one of its user.
void Issue::note_previous() {
    const std::vector<session::Ending>& endings = current_.endings();
    end_user_ = endings.empty() ? grant_.user : endings.front().user;
    const auto replaced =
        std::find_if(endings.begin(), endings.end(),
                     [this](const session::Ending& ending) { return ending.user == grant_.user; });
    if (replaced != endings.end()) {
        previous_ = *replaced;
    }
}

session::Opening::Result Issue::prepare(ngx_http_request_t* r) {
    session::Beginning beginning = begin_now();
    beginning.user = grant_.user;
    beginning.tenant = grant_.tenant;
    beginning.claims = grant_.claims;
    beginning.address = view(r->connection->addr_text);
    beginning.user_agent = user_agent(r);
    beginning.previous = previous_.id;
    beginning.previous_expires = previous_.expires;
    opening_.emplace(realm_.policy, std::move(beginning),
                     session::Opening::Nonces{random_id(), random_id()});
    return opening_->prepare();
}

// What has to be known before the login, or to be done beside it.
std::vector<redis::Arguments> Issue::first_commands() const {
    const session::Policy& policy = realm_.policy;
    const std::int64_t now = ngx_time();
    std::vector<redis::Arguments> commands;
    if (opening_) {
        commands = opening_->epochs();
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
    const auto epochs = opening_ ? static_cast<std::ptrdiff_t>(opening_->epochs().size()) : 0;
    const bool done =
        !replies.empty() && std::all_of(replies.begin() + epochs, replies.end(), session::is_done);
    if (done) {
        note_first();
    }
    const session::Opening::Result result =
        !done      ? session::Opening::Result{Outcome::store, "the store did not answer"}
        : opening_ ? opening_->take_epochs(replies)
                   : session::Opening::Result();
    if (!result) {
        fail(r, result);
        return true;
    }
    const bool revokes = replies.size() > static_cast<std::size_t>(epochs);
    const auto go_on = [this, r, &state, resume] {
        return state.acknowledged ? end_or_create(r, state, resume) : refuse_unreplicated(r);
    };
    if (revokes && state.await_replicas(r, realm_, resume, go_on)) {
        return false;
    }
    return go_on();
}

bool Issue::refuse_unreplicated(ngx_http_request_t* r) {
    fail(r, {Outcome::store, "too few replicas have what ended"});
    return true;
}

// True: there is nothing more to ask.
bool Issue::end_or_create(ngx_http_request_t* r, RequestState& state, Suspension::Resume resume) {
    if (!opening_) {
        outcome_ = Outcome::done;
        give_cookies(r, state);
        return true;
    }
    const auto taken = [this, r, &state](const std::vector<redis::Reply>& begun) {
        return take_begun(r, state, begun);
    };
    if (!state.ask(r, realm_, opening_->create(), taken, resume)) {
        fail(r, {Outcome::store, "the store is away"});
        return true;
    }
    return false;
}

// Of the sessions that the request came with those that end beside a login, or by their own name.
// The one that a login replaces ends with it.
std::vector<session::Ending> Issue::ended_first() const {
    const bool login = !grant_.user.empty();
    std::vector<session::Ending> ended;
    if (!login && grant_.end != End::current) {
        return ended;
    }
    for (const session::Ending& ending : current_.endings()) {
        if (!login || !is_replaced(ending)) {
            ended.push_back(ending);
        }
    }
    return ended;
}

bool Issue::is_replaced(const session::Ending& ending) const {
    return ending.user == grant_.user && ending.id == previous_.id;
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
    const session::Opening::Result result = opening_->take_begun(replies);
    if (!result) {
        fail(r, result);
        return true;
    }
    outcome_ = Outcome::done;
    count_issued(realm_);
    if (!previous_.id.empty()) {
        note_ended(realm_, {{grant_.user, previous_.id, {}, previous_.expires}});
    }
    give_cookies(r, state);
    return true;
}

bool Issue::is_whole_user_ended(const session::Ending& current) const {
    return grant_.end == End::all && current.user == end_user_;
}

void Issue::give_cookies(ngx_http_request_t* r, RequestState& state) {
    const auto kind = Cookie::Kind::session;
    if (grant_.user.empty()) {
        const bool ended =
            std::any_of(current_.endings().begin(), current_.endings().end(),
                        [this](const session::Ending& current) {
                            return grant_.end == End::current || is_whole_user_ended(current) ||
                                   (grant_.end == End::one && current.id == grant_.end_id);
                        });
        if (ended) {
            delete_sent_cookies(r, state, realm_, kind);
        }
        return;
    }
    give_cookie(r, state, realm_, CookieRole::access, opening_->access(), opening_->access_life(),
                kind);
    if (realm_.policy.refresh_cookie) {
        give_cookie(r, state, realm_, CookieRole::refresh, opening_->refresh(),
                    opening_->refresh_life(), kind);
    }
}

void Issue::fail(ngx_http_request_t* r, const session::Opening::Result& result) {
    outcome_ = result.outcome;
    if (outcome_ == Outcome::store && !StoreLog::own().admits(realm_)) {
        return;
    }
    const std::string whose = grant_.user.empty() ? "" : " of user=" + quoted(grant_.user);
    log_line(r, NGX_LOG_ERR, realm_, "no session" + whose + ": " + result.why);
}

}  // namespace nginx
