#include "recall.hpp"

#include <utility>

#include "../../session/hash.hpp"
#include "../../session/keys.hpp"
#include "../../session/mint.hpp"
#include "../live/live_feed.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "presented.hpp"
#include "tally.hpp"

namespace nginx {
namespace {

// Records are asked for at each request, and "strict" asks everything.
bool asks_always(const session::Policy& policy) {
    return policy.asks_record() ||
           (policy.asks_lists() && policy.revocation == session::Revocation::strict);
}

// Of a token that is known the store is asked without judging it again.
bool asks_first(const Realm& realm) {
    return realm.redis && asks_always(realm.policy) && !realm.policy.asks_record();
}

// Where it is judged each time, a MAC is as cheap as finding that it was verified before.
bool remembers(const Realm& realm) {
    return !realm.fingerprint.empty() && (!asks_always(realm.policy) || asks_first(realm) ||
                                          realm.policy.keyring.has_public_keys());
}

cache::TokenDigest digest_of(const Realm& realm, const session::Presented& presented) {
    const std::string& own = presented.source->fingerprint;
    const session::Digest256 words =
        session::digest256_of(own.empty() ? fingerprint_now(realm) : own, presented.token);
    return {{words[0], words[1]}, {words[2], words[3]}};
}

// Whether the token could be renewed or signed again, which is for who judges it anew.
bool is_due(const session::Policy& policy, const cache::VerifiedToken& token,
            const jwt::Key& signer) {
    return policy.keyring.is_fallback(signer) ||
           session::is_due(policy, {token.issued, token.expires, token.authenticated}, ngx_time());
}

// By itself, whatever the store says.
bool is_still_good(const session::Policy& policy, const cache::VerifiedToken& token,
                   const jwt::Key& signer) {
    return signer.accepted_at(ngx_time()) &&
           !jwt::is_expired_at(token.issued, token.expires, policy.rules, ngx_time()) &&
           !is_due(policy, token, signer);
}

// Whether it is known that the store has nothing against it.
bool is_cleared(const Realm& realm, const cache::VerifiedToken& token) {
    return !asks_always(realm.policy) &&
           (!realm.policy.asks_lists() || known_of(realm).is_good(token));
}

cache::VerifiedToken verified(const Realm& realm, const session::Candidate& candidate,
                              std::size_t signer) {
    const session::Session& session = *candidate.session;
    const std::string& prefix = realm.policy.store_prefix;
    cache::VerifiedToken token;
    token.issued = session.issued;
    token.expires = session.expires;
    token.authenticated = session.authenticated;
    token.signer = static_cast<std::uint16_t>(signer);
    token.use = use_number(realm, candidate);
    if (!realm.policy.asks_lists() || asks_always(realm.policy)) {
        return token;  // nobody looks the keys up
    }
    const Known& known = known_of(realm);
    token.has_user = !session.user.empty();
    token.has_tenant = !session.tenant.empty();
    if (token.has_user) {
        token.stale = known.digest(session::stale_key(prefix, session.user));
    }
    if (token.has_tenant) {
        token.epoch = known.digest(session::epoch_key(prefix, session.tenant));
    }
    for (const std::string& id : session.revocable) {
        token.revoked.at(token.ids++) =
            known.digest(session::revoked_key(prefix, session.user, id));
    }
    return token;
}

// Nothing where it is not good by signature and claims.
std::optional<cache::VerifiedToken> keep(const Realm& realm, const cache::TokenDigest& digest,
                                         const session::Candidate& candidate) {
    if (candidate.reason != session::Reason::valid) {
        return std::nullopt;
    }
    const auto signer = realm.policy.keyring.number_of(*candidate.verification.key);
    if (signer > UINT16_MAX) {
        return std::nullopt;
    }
    const cache::VerifiedToken token = verified(realm, candidate, signer);
    cache::TokenTable tokens = tokens_of(realm);
    const ZoneLock lock(realm);
    tokens.put(digest, token, static_cast<std::uint32_t>(ngx_time()));
    return token;
}

std::shared_ptr<const Question> make_question(const Realm& realm, const session::Session& session) {
    auto question = std::make_shared<Question>();
    session::append_inquiries(session, realm.policy, question->inquiries);
    for (const session::Inquiry& inquiry : question->inquiries) {
        question->keys.push_back(mirror_of(realm).digest(inquiry.command[1]));
    }
    return question;
}

// Of a token that is good by itself; it is judged where this worker has not seen it yet. Null where
// the zone knows of something against it: that has rules of its own.
std::shared_ptr<const Question> question_of(const Realm& realm, const cache::TokenDigest& digest,
                                            const Recalled& recalled,
                                            std::optional<session::Candidate>& candidate) {
    TokenQuestions& known = token_questions_of(realm);
    auto question = known.find(digest);
    if (question == nullptr) {
        if (!candidate) {
            candidate = session::judge_token(realm.policy, recalled.presented, true,
                                             recalled.signer, ngx_time());
        }
        if (candidate->reason != session::Reason::valid) {
            return nullptr;
        }
        question = make_question(realm, *candidate->session);
        known.put(digest, question);
    }
    return mirror_of(realm).is_against(question->keys, recalled.issued) ? nullptr : question;
}

}  // namespace

Sight see_first_token(ngx_http_request_t* r, const Realm& realm) {
    const session::Policy& policy = realm.policy;
    const auto presented = first_token(r, realm);
    if (!presented || presented->source->format == session::TokenSource::Format::opaque ||
        !remembers(realm)) {
        return {};
    }
    const bool cookie_ok =
        presented->source->kind != session::TokenSource::Kind::cookie || may_use_cookie(r, policy);
    const auto now = static_cast<std::uint32_t>(ngx_time());
    const std::uint64_t since = feed_of(realm).position();
    const cache::TokenDigest digest = digest_of(realm, *presented);
    auto token = tokens_of(realm).find(digest, now);
    const jwt::Key* signer = token ? policy.keyring.at(token->signer) : nullptr;
    if (signer != nullptr && !signer->accepted_at(now)) {
        signer = nullptr;
    }
    std::optional<session::Candidate> candidate;
    if (signer == nullptr) {
        candidate = session::judge_token(policy, *presented, cookie_ok, nullptr, now);
        token = keep(realm, digest, *candidate);
        signer = candidate->verification.key;
    }
    if (cookie_ok && token && is_still_good(policy, *token, *signer)) {
        Recalled recalled = {&realm,        *presented, signer,         token->use,
                             token->issued, since,      keys_now(realm)};
        if (asks_first(realm)) {
            recalled.question = question_of(realm, digest, recalled, candidate);
        }
        if (recalled.question != nullptr || is_cleared(realm, *token)) {
            return {std::move(recalled), std::nullopt};
        }
    }
    if (!candidate) {
        candidate = session::judge_token(policy, *presented, cookie_ok, signer, now);
    }
    return {std::nullopt, std::move(candidate)};
}

bool remember(const Realm& realm, const session::Candidate& candidate) {
    if (candidate.presented.source->format == session::TokenSource::Format::opaque ||
        !remembers(realm) || asks_always(realm.policy)) {
        return false;
    }
    const cache::TokenDigest digest = digest_of(realm, candidate.presented);
    auto token = tokens_of(realm).find(digest, static_cast<std::uint32_t>(ngx_time()));
    if (!token) {
        token = keep(realm, digest, candidate);
    }
    return token && realm.policy.asks_lists() && known_of(realm).is_good(*token);
}

}  // namespace nginx
