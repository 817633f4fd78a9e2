#include "grant.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "../jwt/claims.hpp"
#include "../jwt/payload.hpp"
#include "../jwt/token.hpp"
#include "ascii.hpp"
#include "session.hpp"

namespace session {
namespace {

// In the order of the enumeration.
constexpr std::string_view kNames[] = {"x-session-user", "x-session-claims", "x-session-tenant",
                                       "x-session-end", "x-session-stale"};

bool is_named(std::string_view name, std::string_view header) {
    return std::equal(name.begin(), name.end(), header.begin(), header.end(),
                      [](char a, char b) { return (a == '_' ? '-' : lower(a)) == b; });
}

std::string fault(GrantHeader header, std::string_view text) {
    return "\"" + std::string(kNames[static_cast<std::size_t>(header)]) + "\" " + std::string(text);
}

// The text where it can be a name in tokens and keys.
bool is_user(std::string_view text) {
    jwt::Payload probe;
    return jwt::is_name(text) && probe.set("sub", text);
}

void find_overridden(const Policy& policy, const jwt::Claims& claims, Grant& grant) {
    const jwt::ClaimNames& names = policy.rules.names;
    std::vector<std::string> own = {"iat",         "exp",         names.subject,         names.id,
                                    names.session, names.version, std::string(kAuthTime)};
    if (!policy.rules.issuer.empty()) {
        own.emplace_back("iss");
    }
    if (!policy.rules.audience.empty()) {
        own.emplace_back("aud");
    }
    if (!grant.tenant.empty()) {
        own.push_back(names.tenant);
    }
    std::copy_if(own.begin(), own.end(), std::back_inserter(grant.overridden),
                 [&claims](const std::string& name) { return claims.has(name); });
}

std::optional<std::string> read_claims(const Policy& policy, std::string_view text, Grant& grant) {
    const auto claims = jwt::Claims::parse(std::string(text));
    if (!claims) {
        return fault(GrantHeader::claims, "is no JSON object");
    }
    find_overridden(policy, *claims, grant);
    const std::string& tenant = policy.rules.names.tenant;
    jwt::Payload payload(*claims);
    if (!grant.tenant.empty()) {
        payload.set(tenant, grant.tenant);
    } else if (const auto number = claims->integer(tenant)) {
        grant.tenant = std::to_string(*number);
    } else if (const auto name = claims->string(tenant); name && jwt::is_name(*name)) {
        grant.tenant = *name;
    }
    grant.claims = payload.json();
    return std::nullopt;
}

std::optional<std::string> read_end(std::string_view text, Grant& grant) {
    if (text == "current") {
        grant.end = Grant::End::current;
    } else if (text == "all") {
        grant.end = Grant::End::all;
    } else if (jwt::is_name(text)) {
        grant.end = Grant::End::one;
        grant.end_id = text;
    } else {
        return fault(GrantHeader::end, "is no \"current\", \"all\" or ID of a session");
    }
    return std::nullopt;
}

}  // namespace

std::optional<GrantHeader> find_grant_header(std::string_view name) {
    const auto* found =
        std::find_if(std::begin(kNames), std::end(kNames),
                     [name](std::string_view header) { return is_named(name, header); });
    if (found == std::end(kNames)) {
        return std::nullopt;
    }
    return static_cast<GrantHeader>(std::distance(std::begin(kNames), found));
}

std::variant<Grant, std::string> read_grant(const Policy& policy,
                                            const std::vector<GrantLine>& lines) {
    std::array<std::string_view, std::size(kNames)> value;
    for (const auto& [header, text] : lines) {
        std::string_view& slot = value[static_cast<std::size_t>(header)];
        if (!slot.empty() && !text.empty()) {
            return fault(header, "stands there twice");
        }
        slot = text.empty() ? slot : text;
    }
    const auto of = [&value](GrantHeader header) {
        return value[static_cast<std::size_t>(header)];
    };
    Grant grant;
    for (const auto& [header, member] :
         {std::pair(GrantHeader::user, &grant.user), std::pair(GrantHeader::tenant, &grant.tenant),
          std::pair(GrantHeader::stale, &grant.stale)}) {
        if (!of(header).empty() && !is_user(of(header))) {
            return fault(header, "is no name of 1 to 255 bytes in UTF-8 without control bytes");
        }
        *member = of(header);
    }
    std::optional<std::string> error;
    if (!of(GrantHeader::claims).empty()) {
        error = read_claims(policy, of(GrantHeader::claims), grant);
    }
    if (!error && !of(GrantHeader::end).empty()) {
        error = read_end(of(GrantHeader::end), grant);
    }
    if (error) {
        return *error;
    }
    return grant;
}

}  // namespace session
