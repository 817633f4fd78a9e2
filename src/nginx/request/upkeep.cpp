#include "upkeep.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "../../session/mint.hpp"
#include "../../session/opaque_id.hpp"
#include "../../session/record.hpp"
#include "../../session/search.hpp"
#include "../random.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "cookies.hpp"
#include "report.hpp"

namespace nginx {
namespace {

using session::Candidate;
using session::Policy;

// Only a token from the realm's own cookie can be put back where it came from, and only one that is
// made as the realm makes them.
bool is_in_cookie(const Policy& policy, const session::TokenSource& source) {
    return policy.cookie && source.kind == session::TokenSource::Kind::cookie &&
           source.name == policy.cookie->name && !source.encrypted();
}

void give(ngx_http_request_t* r, RequestState& state, const Realm& realm,
          const std::optional<std::string>& token, std::int64_t life, Counter& counter) {
    if (!token) {
        log_line(r, NGX_LOG_ERR, realm, "no token can be signed");
    } else if (give_cookie(r, state, realm, CookieRole::access, *token, life,
                           Cookie::Kind::upkeep)) {
        count(counter);
    }
}

void touch(const Realm& realm, const Candidate& candidate, time_t now) {
    const Policy& policy = realm.policy;
    if (candidate.last_activity &&
        now - *candidate.last_activity >= session::touch_interval(policy)) {
        store_of(realm).tell({session::touch_record(policy, *candidate.session, now)});
    }
}

void resign(ngx_http_request_t* r, RequestState& state, const Judged& judged,
            const Candidate& candidate, const jwt::Key& key) {
    const Realm& realm = *judged.realm;
    const session::Session& session = *candidate.session;
    give(r, state, realm,
         session::resign(realm.policy, key, session, *candidate.verification.claims),
         session.expires == 0 ? realm.policy.lifetimes.access : session.expires - ngx_time(),
         counters(realm).resigned);
}

// The token begins where the store was asked about the old one, and a second before: a mark that
// was on its way then must find it older.
void renew(ngx_http_request_t* r, RequestState& state, const Judged& judged,
           const Candidate& candidate, const jwt::Key& key) {
    const Realm& realm = *judged.realm;
    const session::Session& session = *candidate.session;
    session::NewToken token;
    token.id = random_id();
    token.issued =
        std::max<std::int64_t>(session.issued, (judged.asked ? judged.asked_at : ngx_time()) - 1);
    token.expires = session::token_end(realm.policy, ngx_time(), session.authenticated);
    give(r, state, realm,
         session::renew(realm.policy, key, session, *candidate.verification.claims, token),
         token.expires - ngx_time(), counters(realm).renewed);
}

// The record has to live as long as the token, or the token is not given.
bool ask_extension(ngx_http_request_t* r, RequestState& state, const Judged& judged,
                   const Candidate& candidate, const jwt::Key& key, Suspension::Resume resume) {
    const Realm& realm = *judged.realm;
    const session::Session& session = *candidate.session;
    const std::int64_t expires =
        session::token_end(realm.policy, ngx_time(), session.authenticated);
    const auto taken = [r, &state, &judged, &candidate,
                        &key](const std::vector<redis::Reply>& replies) {
        const Realm& own = *judged.realm;
        report_errors(r, own, replies);
        const session::Extension extension = replies.size() == 1
                                                 ? session::read_extension(replies.front())
                                                 : session::Extension::unknown;
        if (extension == session::Extension::extended ||
            (extension == session::Extension::absent && !own.policy.record_required)) {
            renew(r, state, judged, candidate, key);
        }
        return true;
    };
    return state.ask(r, realm, {session::extend_record(realm.policy, session, expires, ngx_time())},
                     taken, resume);
}

bool is_opaque(const Candidate& candidate) {
    return candidate.presented.source->format == session::TokenSource::Format::opaque;
}

// The same id, signed with the current key where ids are signed.
void give_id(ngx_http_request_t* r, RequestState& state, const Realm& realm,
             const Candidate& candidate, std::int64_t expires, Counter& counter) {
    const Policy& policy = realm.policy;
    const jwt::Key* key = session::id_key(policy.keyring, ngx_time());
    const auto value =
        session::write_opaque_id(candidate.presented.source->signed_by, candidate.id, key);
    give(r, state, realm, value, expires == 0 ? policy.lifetimes.access : expires - ngx_time(),
         counter);
}

// An id has no life of its own: it is the record that gets a new end.
bool ask_longer(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                const Candidate& candidate, Suspension::Resume resume) {
    const session::Session& session = *candidate.session;
    const std::int64_t now = ngx_time();
    const std::int64_t expires = session::token_end(realm.policy, now, session.authenticated);
    const auto taken = [r, &state, &realm, &candidate,
                        expires](const std::vector<redis::Reply>& replies) {
        report_errors(r, realm, replies);
        if (replies.size() == 2 && replies[1].integer == 1 &&
            session::read_extension(replies[0]) == session::Extension::extended) {
            give_id(r, state, realm, candidate, expires, counters(realm).renewed);
        }
        return true;
    };
    return state.ask(r, realm,
                     {session::extend_record(realm.policy, session, expires, now),
                      session::keep_name(realm.policy, candidate.id, expires - now)},
                     taken, resume);
}

// The part of a session's life that is left is told from its last renewal, not from the login.
bool is_record_due(const Policy& policy, const session::Session& session) {
    session::Life life = session;
    life.issued = std::max(life.issued, life.expires - policy.lifetimes.access);
    return session::is_due(policy, life, ngx_time());
}

bool tend_id(ngx_http_request_t* r, RequestState& state, const Realm& realm,
             const Candidate& candidate, Suspension::Resume resume) {
    const Policy& policy = realm.policy;
    if (policy.record_format == session::RecordFormat::connect_redis) {
        return false;  // it is the application that keeps its sessions
    }
    if (is_in_cookie(policy, *candidate.presented.source)) {
        if (!candidate.unchecked && is_record_due(policy, *candidate.session)) {
            return ask_longer(r, state, realm, candidate, resume);
        }
        if (policy.resign && session::is_by_fallback(policy, candidate, ngx_time())) {
            give_id(r, state, realm, candidate, candidate.session->expires,
                    counters(realm).resigned);
        }
    }
    touch(realm, candidate, ngx_time());
    return false;
}

// The key of a token in place of one from there; null where none is put.
const jwt::Key* next_signer(const Policy& policy, const session::TokenSource& source) {
    return is_in_cookie(policy, source) ? policy.keyring.signing_key(ngx_time()) : nullptr;
}

bool is_signed_again(const Policy& policy, const jwt::Key& signer) {
    return policy.resign && policy.keyring.is_fallback(signer);
}

}  // namespace

bool is_replaced(const Policy& policy, const session::TokenSource& source,
                 const session::Life& life, const jwt::Key& signer) {
    return next_signer(policy, source) != nullptr &&
           (session::is_due(policy, life, ngx_time()) || is_signed_again(policy, signer));
}

bool tend(ngx_http_request_t* r, RequestState& state, Judged& judged, Suspension::Resume resume) {
    if (judged.tended) {
        return false;
    }
    judged.tended = true;
    const Policy& policy = judged.realm->policy;
    const Candidate& candidate = *judged.evidence.deciding();
    if (is_opaque(candidate)) {
        return tend_id(r, state, *judged.realm, candidate, resume);
    }
    const jwt::Key* key = next_signer(policy, *candidate.presented.source);
    // What the store has not said to be good gets no new life.
    if (key != nullptr && !candidate.unchecked &&
        session::is_due(policy, *candidate.session, ngx_time())) {
        return ask_extension(r, state, judged, candidate, *key, resume);
    }
    if (key != nullptr && is_signed_again(policy, *candidate.verification.key)) {
        resign(r, state, judged, candidate, *key);
    }
    touch(*judged.realm, candidate, ngx_time());
    return false;
}

}  // namespace nginx
