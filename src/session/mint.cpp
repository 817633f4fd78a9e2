#include "mint.hpp"

#include <algorithm>

#include "../jwt/payload.hpp"
#include "../jwt/sign.hpp"
#include "../jwt/verify.hpp"

namespace session {
namespace {

constexpr std::int64_t kWhole = 100;  // percent

std::optional<std::string> sign_if(bool complete, const jwt::Key& key,
                                   const jwt::Payload& payload) {
    return complete ? jwt::sign_token(key, payload) : std::nullopt;
}

bool names_its_session(const jwt::Payload& payload, const jwt::ClaimNames& names) {
    return payload.has(names.id) || payload.has(names.session);
}

}  // namespace

std::optional<std::string> mint(const Policy& policy, const jwt::Key& key, const NewToken& token) {
    const jwt::Rules& rules = policy.rules;
    auto payload = token.claims.empty() ? jwt::Payload() : jwt::Payload::parse(token.claims);
    if (!payload) {
        return std::nullopt;
    }
    bool complete = (rules.issuer.empty() || payload->set("iss", rules.issuer)) &&
                    (rules.audience.empty() || payload->set("aud", rules.audience));
    if (!token.tenant.empty() && !payload->has(rules.names.tenant)) {
        complete = complete && payload->set(rules.names.tenant, token.tenant);
    }
    complete =
        complete && payload->set("iat", token.issued) && payload->set("exp", token.expires) &&
        payload->set(rules.names.subject, token.user) && payload->set(rules.names.id, token.id) &&
        payload->set(rules.names.session, token.session) &&
        payload->set(rules.names.version, key.id());
    if (token.authenticated != 0 || payload->has(kAuthTime)) {
        complete =
            complete &&
            payload->set(kAuthTime, token.authenticated != 0 ? token.authenticated : token.issued);
    }
    return sign_if(complete, key, *payload);
}

bool is_valid(const Policy& policy, std::string_view token, std::int64_t now) {
    return !jwt::verify(token, policy.keyring, policy.rules, now).refusal;
}

std::int64_t token_end(const Policy& policy, std::int64_t now, std::int64_t authenticated) {
    return std::min(now + policy.lifetimes.access, authenticated + policy.lifetimes.absolute);
}

bool is_due(const Policy& policy, const Life& life, std::int64_t now) {
    const std::int64_t whole = life.expires - life.issued;
    if (policy.renew_below == 0 || life.issued == 0 || whole <= 0) {
        return false;
    }
    const std::int64_t left = life.expires - now;
    return left * kWhole < whole * static_cast<std::int64_t>(policy.renew_below) &&
           token_end(policy, now, life.authenticated) > life.expires;
}

std::optional<std::string> renew(const Policy& policy, const jwt::Key& key, const Session& session,
                                 const jwt::Claims& claims, const NewToken& token) {
    const jwt::ClaimNames& names = policy.rules.names;
    jwt::Payload payload(claims);
    const bool complete =
        payload.set("iat", token.issued) && payload.set("exp", token.expires) &&
        payload.set(kAuthTime, session.authenticated) && payload.set(names.id, token.id) &&
        payload.set(names.session, session.id) && payload.set(names.version, key.id());
    return sign_if(complete, key, payload);
}

std::optional<std::string> resign(const Policy& policy, const jwt::Key& key, const Session& session,
                                  const jwt::Claims& claims) {
    const jwt::ClaimNames& names = policy.rules.names;
    jwt::Payload payload(claims);
    const bool complete =
        (names_its_session(payload, names) || payload.set(names.session, session.id)) &&
        payload.set(names.version, key.id());
    return sign_if(complete, key, payload);
}

}  // namespace session
