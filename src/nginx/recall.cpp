#include "recall.hpp"

#include "../session/hash.hpp"
#include "../session/keys.hpp"
#include "../session/mint.hpp"
#include "presented.hpp"
#include "worker.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

// Records are asked for at each request, and "strict" asks everything.
bool remembers(const Realm& realm) {
    const session::Policy& policy = realm.policy;
    return !realm.fingerprint.empty() && !policy.asks_record() &&
           !(policy.asks_lists() && policy.revocation == session::Revocation::strict);
}

cache::TokenDigest digest_of(const Realm& realm, std::string_view token) {
    const session::Digest256 words = session::digest256_of(realm.fingerprint, token);
    return {{words[0], words[1]}, {words[2], words[3]}};
}

// Whether the token could be renewed or signed again, which is for who judges it anew.
bool is_due(const session::Policy& policy, const cache::VerifiedToken& token,
            const jwt::Key& signer) {
    return policy.keyring.is_fallback(signer) ||
           session::is_due(policy, {token.issued, token.expires, token.authenticated}, ngx_time());
}

bool is_still_good(const Realm& realm, const cache::VerifiedToken& token, const jwt::Key& signer) {
    const session::Policy& policy = realm.policy;
    return signer.accepted_at(ngx_time()) &&
           !jwt::is_expired_at(token.issued, token.expires, policy.rules, ngx_time()) &&
           !is_due(policy, token, signer) &&
           (!policy.asks_lists() || known_of(realm).is_good(token));
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
    if (!realm.policy.asks_lists()) {
        return token;
    }
    const Known& known = known_of(realm);
    token.has_user = !session.user.empty();
    token.has_tenant = !session.tenant.empty();
    token.stale = known.digest(session::stale_key(prefix, session.user));
    token.epoch = known.digest(session::epoch_key(prefix, session.tenant));
    for (const std::string& id : session.revocable) {
        token.revoked.at(token.ids++) =
            known.digest(session::revoked_key(prefix, session.user, id));
    }
    return token;
}

}  // namespace

std::optional<Recalled> recall(ngx_http_request_t* r, const Realm& realm) {
    if (!remembers(realm)) {
        return std::nullopt;
    }
    const auto presented = first_token(r, realm);
    if (!presented || (presented->source->kind == session::TokenSource::Kind::cookie &&
                       !may_use_cookie(r, realm.policy))) {
        return std::nullopt;
    }
    const auto token = tokens_of(realm).find(digest_of(realm, presented->token),
                                             static_cast<std::uint32_t>(ngx_time()));
    const std::vector<jwt::Key>& keys = realm.policy.keyring.keys();
    if (!token || token->signer >= keys.size() ||
        !is_still_good(realm, *token, keys[token->signer])) {
        return std::nullopt;
    }
    return Recalled{&realm, *presented, &keys[token->signer]};
}

bool remember(const Realm& realm, const session::Candidate& candidate) {
    const auto now = static_cast<std::uint32_t>(ngx_time());
    const std::vector<jwt::Key>& keys = realm.policy.keyring.keys();
    const auto signer = static_cast<std::size_t>(candidate.verification.key - keys.data());
    if (!remembers(realm) || signer > UINT16_MAX) {
        return false;
    }
    const cache::TokenDigest digest = digest_of(realm, candidate.presented.token);
    cache::TokenTable tokens = tokens_of(realm);
    auto token = tokens.find(digest, now);
    if (!token) {
        token = verified(realm, candidate, signer);
        const ZoneLock lock(realm);
        tokens.put(digest, *token, now);
    }
    return realm.policy.asks_lists() && known_of(realm).is_good(*token);
}

}  // namespace nginx
