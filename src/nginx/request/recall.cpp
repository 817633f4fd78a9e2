#include "recall.hpp"

#include <utility>

#include "../../session/keys.hpp"
#include "../live/live_feed.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "presented.hpp"
#include "tally.hpp"
#include "upkeep.hpp"

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

// By itself, whatever the store says. Where it gets another in its place it is judged anew.
bool is_still_good(const session::Policy& policy, const session::TokenSource& source,
                   const cache::VerifiedToken& token, const jwt::Key& signer) {
    return signer.accepted_at(ngx_time()) &&
           !jwt::is_expired_at(token.issued, token.expires, policy.rules, ngx_time()) &&
           !is_replaced(policy, source, {token.issued, token.expires, token.authenticated}, signer);
}

// Whether it is known that the store has nothing against it.
bool is_cleared(const Realm& realm, KnownToken& known) {
    if (asks_always(realm.policy)) {
        return false;
    }
    if (!realm.policy.asks_lists()) {
        return true;
    }
    if (!realm.redis) {
        return known_of(realm).is_good(known.verified);
    }
    const Mirror& mirror = mirror_of(realm);
    return mirror.holds(known.proof, known.verified) || mirror.prove(known.verified, known.proof);
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

// Nothing where nobody remembers it.
std::optional<SoughtToken> sought(const Realm& realm, const session::Presented& presented) {
    if (presented.source->format == session::TokenSource::Format::opaque || !remembers(realm)) {
        return std::nullopt;
    }
    const SoughtToken token(realm, presented);
    return token.judges().empty() ? std::nullopt : std::optional(token);
}

// The token as it is known since an earlier request; null where it is not.
KnownToken* find_token(SoughtToken& token) {
    if (KnownToken* known = KnownTokens::own().find(token)) {
        return known;
    }
    const auto found =
        tokens_of(token.realm()).find(token.digest(), static_cast<std::uint32_t>(ngx_time()));
    return found ? &KnownTokens::own().put(token, *found) : nullptr;
}

// Nothing where it is not good by signature and claims. Many tokens never come a second time: only
// the zone gets to know it.
std::optional<KnownToken> keep(SoughtToken& token, const session::Candidate& candidate) {
    const Realm& realm = token.realm();
    if (candidate.reason != session::Reason::valid) {
        return std::nullopt;
    }
    const auto signer = realm.policy.keyring.number_of(*candidate.verification.key);
    if (signer > UINT16_MAX) {
        return std::nullopt;
    }
    KnownToken known;
    known.verified = verified(realm, candidate, signer);
    cache::TokenTable tokens = tokens_of(realm);
    const ZoneLock lock(realm);
    tokens.put(token.digest(), known.verified, static_cast<std::uint32_t>(ngx_time()));
    return known;
}

std::shared_ptr<const Question> make_question(const Realm& realm, const session::Session& session) {
    std::vector<session::Inquiry> inquiries;
    session::append_inquiries(session, realm.policy, inquiries);
    auto question = std::make_shared<Question>();
    std::vector<redis::Arguments> commands;
    for (session::Inquiry& inquiry : inquiries) {
        question->about.push_back(inquiry.about);
        question->keys.push_back(mirror_of(realm).digest(inquiry.command[1]));
        commands.push_back(std::move(inquiry.command));
    }
    question->commands = redis::Commands::prepared(std::move(commands));
    return question;
}

// Of a token that is good by itself; it is judged where this worker has not seen it yet. Null where
// the zone knows of something against it: that has rules of its own.
std::shared_ptr<const Question> question_of(const Realm& realm, KnownToken& known,
                                            const Recalled& recalled,
                                            std::optional<session::Candidate>& candidate) {
    if (known.question == nullptr) {
        if (!candidate) {
            candidate = session::judge_token(realm.policy, recalled.presented, true,
                                             recalled.signer, ngx_time());
        }
        if (candidate->reason != session::Reason::valid) {
            return nullptr;
        }
        known.question = make_question(realm, *candidate->session);
    }
    return mirror_of(realm).is_against(known.question->keys, recalled.issued) ? nullptr
                                                                              : known.question;
}

// The key that has signed it, as long as that counts; null where it has to be judged anew.
const jwt::Key* signer_of(const Realm& realm, const KnownToken* known) {
    const jwt::Key* signer =
        known != nullptr ? realm.policy.keyring.at(known->verified.signer) : nullptr;
    return signer != nullptr && signer->accepted_at(ngx_time()) ? signer : nullptr;
}

}  // namespace

Sight see_first_token(ngx_http_request_t* r, const Realm& realm) {
    const session::Policy& policy = realm.policy;
    const auto presented = first_token(r, realm);
    auto token = presented ? sought(realm, *presented) : std::nullopt;
    if (!token) {
        return {};
    }
    KnownTokens::own().approach(*token);
    const bool cookie_ok =
        presented->source->kind != session::TokenSource::Kind::cookie || may_use_cookie(r, policy);
    const std::uint64_t since = feed_of(realm).position();
    KnownToken* known = find_token(*token);
    const jwt::Key* signer = signer_of(realm, known);
    std::optional<session::Candidate> candidate;
    std::optional<KnownToken> kept;
    if (signer == nullptr) {
        tokens_of(realm).approach_all(token->digest());
        candidate = session::judge_token(policy, *presented, cookie_ok, nullptr, ngx_time());
        kept = keep(*token, *candidate);
        known = kept ? &*kept : nullptr;
        signer = candidate->verification.key;
    }
    if (cookie_ok && known != nullptr &&
        is_still_good(policy, *presented->source, known->verified, *signer)) {
        const cache::VerifiedToken& verified = known->verified;
        Recalled recalled = {&realm,          *presented, signer,         verified.use,
                             verified.issued, since,      keys_now(realm)};
        if (asks_first(realm)) {
            recalled.question = question_of(realm, *known, recalled, candidate);
        }
        if (recalled.question != nullptr || is_cleared(realm, *known)) {
            return {std::move(recalled), std::nullopt};
        }
    }
    if (!candidate) {
        candidate = session::judge_token(policy, *presented, cookie_ok, signer, ngx_time());
    }
    return {std::nullopt, std::move(candidate)};
}

bool remember(const Realm& realm, const session::Candidate& candidate) {
    auto token = asks_always(realm.policy) ? std::nullopt : sought(realm, candidate.presented);
    if (!token) {
        return false;
    }
    const KnownToken* known = find_token(*token);
    const auto kept = known == nullptr ? keep(*token, candidate) : std::nullopt;
    known = kept ? &*kept : known;
    return known != nullptr && realm.policy.asks_lists() &&
           known_of(realm).is_good(known->verified);
}

}  // namespace nginx
