#include "found.hpp"

#include <algorithm>

#include "../jwt/payload.hpp"
#include "../jwt/token.hpp"
#include "../jwt/verify.hpp"
#include "ascii.hpp"
#include "rfc3339.hpp"

namespace session {
namespace {

using jwt::Claims;

// Clocks of two machines differ, as of tokens.
bool is_early(const Policy& policy, std::int64_t issued, std::int64_t now) {
    return issued > now + std::max<std::int64_t>(policy.rules.leeway, 1);
}

// What the realm asks of claims, where it is asked in so many words: issuer and audience are of
// tokens, and what a record must have is not "exp".
Reason judge_claims(const Policy& policy, const Session& session, const Claims& claims,
                    std::int64_t now) {
    const jwt::Rules& rules = policy.rules;
    if (jwt::is_expired_at(session.issued, 0, rules, now)) {
        return Reason::expired;
    }
    if (is_early(policy, session.issued, now)) {
        return Reason::early;
    }
    const bool complete =
        !rules.required ||
        std::all_of(rules.required->begin(), rules.required->end(),
                    [&claims](const std::string& name) { return claims.has(name); });
    return complete ? Reason::valid : Reason::claims;
}

Finding finding_of(const Policy& policy, Session session, Claims claims, std::int64_t now) {
    session.found = true;
    session.authenticated = session.issued;
    Finding finding;
    finding.reason = judge_claims(policy, session, claims, now);
    finding.session = std::move(session);
    finding.claims = std::move(claims);
    return finding;
}

// The object that holds the last name of the path, and that name.
struct Place {
    std::optional<Claims> object;
    std::string_view name;
};

Place follow(const Claims& root, std::string_view path) {
    Place place{root, cut(path, '.')};
    while (!path.empty() && place.object) {
        place.object = place.object->object(place.name);
        place.name = cut(path, '.');
    }
    return place;
}

// A text or a whole number: users of a database have numbers.
std::string read_path(const Claims& root, std::string_view path) {
    const Place place = follow(root, path);
    if (!place.object) {
        return {};
    }
    if (const auto number = place.object->integer(place.name)) {
        return std::to_string(*number);
    }
    const auto text = place.object->string(place.name);
    return text && jwt::is_name(*text) ? std::string(*text) : std::string();
}

// 0 where the cookie lives as long as the browser; nothing where the date is none.
std::optional<std::int64_t> cookie_end(const Claims& claims) {
    const auto cookie = claims.object("cookie");
    const auto date = cookie ? cookie->text({"expires"}) : std::nullopt;
    if (!date || *date == "false") {
        return 0;
    }
    return parse_rfc3339(*date);
}

}  // namespace

std::optional<Finding> found_session(const Policy& policy, const Stored& stored, std::int64_t now) {
    const jwt::ClaimNames& names = policy.rules.names;
    auto payload = stored.claims.empty() ? jwt::Payload() : jwt::Payload::parse(stored.claims);
    const bool sound = payload && (stored.tenant.empty() || jwt::is_name(stored.tenant)) &&
                       payload->set(names.subject, stored.user) &&
                       payload->set(names.session, stored.id) &&
                       (stored.tenant.empty() || payload->set(names.tenant, stored.tenant)) &&
                       (stored.issued == 0 || payload->set("iat", stored.issued)) &&
                       (stored.expires == 0 || payload->set("exp", stored.expires));
    if (!sound) {
        return std::nullopt;
    }
    jwt::Verification verification;
    verification.issued = stored.issued;
    verification.expires = stored.expires;
    verification.claims = Claims::parse(payload->json());
    if (!verification.claims) {
        return std::nullopt;
    }
    Session session = read_session(stored.id, verification, names);
    return finding_of(policy, std::move(session), *verification.claims, now);
}

std::optional<Finding> found_express_session(const Policy& policy, std::string_view json,
                                             std::string_view hash, std::int64_t now) {
    const jwt::ClaimNames& names = policy.rules.names;
    const auto claims = Claims::parse(std::string(json));
    const auto expires = claims ? cookie_end(*claims) : std::nullopt;
    if (!expires) {
        return std::nullopt;
    }
    Session session;
    session.user = read_path(*claims, names.subject);
    session.tenant = read_path(*claims, names.tenant);
    session.version = read_path(*claims, names.version);
    session.id = hash;
    session.revocable = {session.id};
    session.issued = std::max<std::int64_t>(claims->integer("iat").value_or(0), 0);
    session.expires = *expires;
    if (session.user.empty()) {
        Finding nobody;
        nobody.reason = Reason::record;  // of a visitor who has not logged in
        return nobody;
    }
    Finding finding = finding_of(policy, std::move(session), *claims, now);
    if (*expires != 0 && now >= *expires) {
        finding.reason = Reason::expired;
    }
    return finding;
}

}  // namespace session
