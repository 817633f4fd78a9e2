#include "logout_token.hpp"

#include <algorithm>

#include "../jwt/logout_token.hpp"
#include "../jwt/token.hpp"
#include "../jwt/verify.hpp"
#include "ascii.hpp"
#include "hash.hpp"
#include "reason.hpp"

namespace session {
namespace {

constexpr std::int64_t kOldest = 300;    // seconds since "iat"
constexpr std::int64_t kMargin = 60;     // seconds that the note of a token outlives it
constexpr std::int64_t kLongest = 3600;  // that a note is kept

jwt::Rules rules_of(const Policy& policy) {
    jwt::Rules rules;
    rules.issuer = policy.rules.issuer;
    rules.audience = policy.rules.audience;
    rules.required = {"iss", "aud", "iat", "exp", "jti", "events"};
    rules.leeway = policy.rules.leeway;
    rules.max_age = kOldest;
    rules.logout = true;
    return rules;
}

// Why the claims are none of a logout token; empty where they are.
std::string fault_of(const jwt::Verification& token) {
    const jwt::Claims& claims = *token.claims;
    const auto type = token.header->string("typ");
    if (token.header->has("typ") &&
        !(type && (equals_ignoring_case(*type, "logout+jwt") ||
                   equals_ignoring_case(*type, "application/logout+jwt") ||
                   equals_ignoring_case(*type, "JWT")))) {
        return "the token is of another type";
    }
    if (!jwt::has_logout_event(claims)) {
        return "\"events\" has no back-channel logout";
    }
    if (claims.has("nonce")) {
        return "the token has a \"nonce\"";
    }
    if (!claims.has("sub")) {
        return claims.has("sid") ? "\"sub\" is missing: a session is known by its user here"
                                 : "neither \"sub\" nor \"sid\" is there";
    }
    return "";
}

std::string received_key(const Policy& policy, const LogoutToken& token) {
    return policy.store_prefix + "logout:" + hash_of(policy.rules.issuer + '\n' + token.id);
}

}  // namespace

std::variant<LogoutToken, std::string> read_logout_token(const Policy& policy,
                                                         std::string_view text, std::int64_t now) {
    const jwt::Verification read = jwt::verify(text, policy.keyring, rules_of(policy), now);
    if (read.refusal) {
        return "the token is not accepted: " + std::string(name(reason_of(*read.refusal)));
    }
    std::string fault = fault_of(read);
    if (!fault.empty()) {
        return fault;
    }
    LogoutToken token;
    token.user = *read.claims->string("sub");
    token.session = read.claims->string("sid").value_or(std::string_view());
    token.id = *read.claims->string("jti");
    token.expires = read.expires;
    return token;
}

redis::Arguments was_received(const Policy& policy, const LogoutToken& token) {
    return {"EXISTS", received_key(policy, token)};
}

std::vector<redis::Arguments> log_out(const Policy& policy, const LogoutToken& token,
                                      std::int64_t now) {
    // It is refused as too old when the note has gone.
    const std::int64_t seconds =
        std::clamp(token.expires - now, std::int64_t{0}, kLongest) + policy.rules.leeway + kMargin;
    return {
        token.session.empty() ? end_all_sessions(policy, token.user, now)
                              : end_session(policy, ending_of(policy, token, now), now),
        {"SET", received_key(policy, token), "1", "NX", "EX", std::to_string(seconds)},
    };
}

bool is_logged_out(const std::vector<redis::Reply>& replies) {
    return replies.size() == 2 && is_done(replies[0]) && !replies[1].is_error();
}

Ending ending_of(const Policy& policy, const LogoutToken& token, std::int64_t now) {
    return {token.user, token.session, {}, now + policy.lifetimes.absolute};
}

}  // namespace session
