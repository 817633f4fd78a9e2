#include "verify.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "logout_token.hpp"
#include "token.hpp"

namespace jwt {

namespace {

// Doubles tell all whole numbers up to here apart; JSON's own readers agree on them (RFC 8259,
// section 6).
constexpr std::int64_t kMaxWhole = std::int64_t{1} << 53;
constexpr auto kMaxTime = static_cast<double>(kMaxWhole);

using Time = std::optional<std::int64_t>;

struct Times {
    Time expires;
    Time not_before;
    Time issued;
};

// Whole seconds, fractions rounded to the side on which the token lives shorter; false where the
// claim is there and no such number, before any cast of it.
bool read_time(const Claims& claims, std::string_view name, double (*round)(double), Time& time) {
    if (const auto whole = claims.integer(name); whole && *whole >= 0 && *whole <= kMaxWhole) {
        time = *whole;
        return true;
    }
    if (!claims.has(name)) {
        return true;
    }
    const auto seconds = claims.number(name);
    if (!seconds || !(*seconds >= 0 && *seconds <= kMaxTime)) {
        return false;
    }
    time = static_cast<std::int64_t>(round(*seconds));
    return true;
}

bool read_times(const Claims& claims, Times& times) {
    const auto floor = [](double seconds) { return std::floor(seconds); };
    const auto ceil = [](double seconds) { return std::ceil(seconds); };
    return read_time(claims, "exp", floor, times.expires) &&
           read_time(claims, "nbf", ceil, times.not_before) &&
           read_time(claims, "iat", floor, times.issued);
}

bool is_absent_or_name(const Claims& claims, std::string_view name) {
    const auto text = claims.string(name);
    return text ? is_name(*text) : !claims.has(name);
}

bool names_are_sound(const Claims& claims, const ClaimNames& names) {
    return is_absent_or_name(claims, names.subject) && is_absent_or_name(claims, names.id) &&
           is_absent_or_name(claims, names.session) &&
           (claims.integer(names.tenant) || is_absent_or_name(claims, names.tenant));
}

bool is_expired(const Times& times, const Rules& rules, std::int64_t now) {
    return (times.expires && now >= *times.expires + rules.leeway) ||
           (rules.max_age && now - times.issued.value_or(0) > *rules.max_age + rules.leeway);
}

// Clocks of two machines differ: a second is granted to "iat" without any leeway.
bool is_early(const Times& times, const Rules& rules, std::int64_t now) {
    return (times.not_before && now + rules.leeway < *times.not_before) ||
           (times.issued && *times.issued > now + std::max<std::int64_t>(rules.leeway, 1));
}

bool has_required(const Claims& claims, const Rules& rules) {
    if (!rules.required) {
        return claims.has("exp") && claims.has(rules.names.subject);
    }
    return std::all_of(rules.required->begin(), rules.required->end(),
                       [&claims](const std::string& name) { return claims.has(name); });
}

bool is_for_us(const Claims& claims, const Rules& rules) {
    if (!rules.issuer.empty() && claims.string("iss") != rules.issuer) {
        return false;
    }
    const auto audience = claims.matches("aud", rules.audience);
    return rules.audience.empty() ? audience || !claims.has("aud") : audience == true;
}

std::optional<Refusal> judge(const Claims& claims, const Times& times, const Rules& rules,
                             std::int64_t now) {
    if (is_expired(times, rules, now)) {
        return Refusal::expired;
    }
    if (is_early(times, rules, now)) {
        return Refusal::early;
    }
    if (!has_required(claims, rules) || !is_for_us(claims, rules)) {
        return Refusal::claims;
    }
    return std::nullopt;
}

Verification refused(Refusal refusal) {
    Verification verification;
    verification.refusal = refusal;
    return verification;
}

// Of a token whose signature is that key's.
Verification judge_claims(Token parts, const Key& key, const Rules& rules, std::int64_t now) {
    Verification verification;
    Times times;
    const bool is_sound =
        read_times(parts.claims, times) && names_are_sound(parts.claims, rules.names);
    const bool is_logout = is_logout_token(parts.header, parts.claims);
    verification.refusal = !is_sound                   ? Refusal::malformed
                           : is_logout != rules.logout ? Refusal::claims
                                                       : judge(parts.claims, times, rules, now);
    verification.key = &key;
    verification.issued = times.issued.value_or(0);
    verification.expires = times.expires.value_or(0);
    verification.header = std::move(parts.header);
    verification.claims = std::move(parts.claims);
    return verification;
}

}  // namespace

Verification verify(std::string_view token, const Keyring& keyring, const Rules& rules,
                    std::int64_t now) {
    auto parsed = parse_token(token);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        return refused(*refusal);
    }
    auto& parts = std::get<Token>(parsed);
    const auto key =
        keyring.verify(parts.algorithm, parts.key_id, parts.claims.string(rules.names.version),
                       parts.signed_part, parts.signature, now);
    if (const auto* refusal = std::get_if<Refusal>(&key)) {
        return refused(*refusal);
    }
    return judge_claims(std::move(parts), *std::get<const Key*>(key), rules, now);
}

Verification verify_signed(std::string_view token, const Key& key, const Rules& rules,
                           std::int64_t now) {
    auto parsed = parse_token(token);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        return refused(*refusal);
    }
    return judge_claims(std::move(std::get<Token>(parsed)), key, rules, now);
}

Verification verify_opened(Claims header, Claims claims, const Key& key, const Rules& rules,
                           std::int64_t now) {
    return judge_claims(Token{{}, {}, std::move(header), std::move(claims), {}, {}}, key, rules,
                        now);
}

bool is_expired_at(std::int64_t issued, std::int64_t expires, const Rules& rules,
                   std::int64_t now) {
    return is_expired({expires == 0 ? Time() : expires, {}, issued}, rules, now);
}

}  // namespace jwt
