#include "../../src/session/grant.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using session::find_grant_header;
using session::Grant;
using session::GrantHeader;
using session::GrantLine;
using session::Policy;

namespace {

using Names = std::vector<std::string>;

Grant read(const std::vector<GrantLine>& lines, const Policy& policy = {}) {
    auto result = session::read_grant(policy, lines);
    if (const auto* error = std::get_if<std::string>(&result)) {
        FAIL(*error);
    }
    return std::get<Grant>(result);
}

std::string error_of(const std::vector<GrantLine>& lines) {
    const auto result = session::read_grant({}, lines);
    const auto* error = std::get_if<std::string>(&result);
    return error == nullptr ? "" : *error;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("grant: the headers' names, as servers in between may spell them") {
    CHECK(find_grant_header("X-Session-User") == GrantHeader::user);
    CHECK(find_grant_header("x-session-claims") == GrantHeader::claims);
    CHECK(find_grant_header("X_SESSION_TENANT") == GrantHeader::tenant);
    CHECK(find_grant_header("X-Session_End") == GrantHeader::end);
    CHECK(find_grant_header("x-session-STALE") == GrantHeader::stale);
    for (const char* name :
         {"", "X-Session", "X-Session-", "X-Session-Users", "X-Session-Use", "XX-Session-User",
          "X Session-User", "X-Session-User ", "XSessionUser", "Session-User", "-X-Session-User"}) {
        CAPTURE(name);
        CHECK_FALSE(find_grant_header(name));
    }
}

TEST_CASE("grant: nothing is granted where nothing is said") {
    for (const std::vector<GrantLine>& lines :
         {std::vector<GrantLine>{},
          {{GrantHeader::user, ""}, {GrantHeader::claims, ""}, {GrantHeader::end, ""}}}) {
        const Grant grant = read(lines);
        CHECK(grant.user.empty());
        CHECK(grant.claims.empty());
        CHECK(grant.tenant.empty());
        CHECK(grant.stale.empty());
        CHECK(grant.end == Grant::End::none);
    }
}

TEST_CASE("grant: a login with all that may be said") {
    const Grant grant = read({{GrantHeader::stale, "7"},
                              {GrantHeader::user, "caf\xc3\xa9 42"},
                              {GrantHeader::tenant, "acme"},
                              {GrantHeader::claims, R"( {"role": "admin"} )"},
                              {GrantHeader::end, "all"}});
    CHECK(grant.user == "caf\xc3\xa9 42");
    CHECK(grant.tenant == "acme");
    CHECK(grant.claims == R"({"role":"admin","tenant":"acme"})");
    CHECK(grant.stale == "7");
    CHECK(grant.end == Grant::End::all);
    CHECK(grant.overridden.empty());
}

TEST_CASE("grant: a header that stands there twice is not guessed at") {
    for (const GrantHeader header : {GrantHeader::user, GrantHeader::claims, GrantHeader::tenant,
                                     GrantHeader::end, GrantHeader::stale}) {
        CHECK(contains(error_of({{header, "{}"}, {header, "{}"}}), "twice"));
    }
    CHECK(contains(error_of({{GrantHeader::user, "42"}, {GrantHeader::user, "43"}}),
                   "\"x-session-user\""));
    CHECK(
        read({{GrantHeader::user, ""}, {GrantHeader::user, "42"}, {GrantHeader::user, ""}}).user ==
        "42");
}

TEST_CASE("grant: names that cannot stand in a token or a key") {
    const std::string longest(255, 'a');
    for (const GrantHeader header : {GrantHeader::user, GrantHeader::tenant, GrantHeader::stale}) {
        CHECK(error_of({{header, longest}}).empty());
        for (const std::string& value :
             {longest + "a", std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f"),
              std::string("\xff"), std::string("a\xc3")}) {
            CAPTURE(value);
            const std::string error = error_of({{header, value}});
            CHECK(contains(error, "is no name"));
            CHECK_FALSE(contains(error, value));
        }
    }
}

TEST_CASE("grant: claims that are no JSON object") {
    for (const char* claims : {"null", "[]", "\"a\"", "42", "{", "role=admin", "{\"a\":1,\"a\":2}",
                               "{\"a\":\"\xff\"}", "{}{}", "{\"a\":\"\\u0000\"}"}) {
        CAPTURE(claims);
        CHECK(contains(error_of({{GrantHeader::user, "42"}, {GrantHeader::claims, claims}}),
                       "\"x-session-claims\" is no JSON object"));
    }
}

TEST_CASE("grant: a tenant that the claims name is the session's") {
    const auto tenant_of = [](const char* claims) {
        return read({{GrantHeader::claims, claims}}).tenant;
    };
    CHECK(tenant_of(R"({"tenant":"acme"})") == "acme");
    CHECK(tenant_of(R"({"tenant":7})") == "7");
    CHECK(tenant_of(R"({"tenant":""})").empty());
    CHECK(tenant_of(R"({"tenant":["acme"]})").empty());
    CHECK(tenant_of(R"({"tenant":"a\nb"})").empty());
    CHECK(tenant_of(R"({"Tenant":"acme"})").empty());
}

TEST_CASE("grant: the header's tenant wins over the claims'") {
    const Grant grant =
        read({{GrantHeader::claims, R"({"tenant":7,"a":1})"}, {GrantHeader::tenant, "acme"}});
    CHECK(grant.tenant == "acme");
    CHECK(grant.claims == R"({"tenant":"acme","a":1})");
    CHECK(grant.overridden == Names{"tenant"});
}

TEST_CASE("grant: claims that the module makes itself are told") {
    const char* all =
        R"({"iat":1,"exp":2,"sub":"root","jti":"j","sid":"s","version":"v","iss":"i","aud":"a",)"
        R"("nbf":3,"role":"admin","tenant":"acme"})";
    CHECK(read({{GrantHeader::claims, all}}).overridden ==
          Names{"iat", "exp", "sub", "jti", "sid", "version"});
    Policy policy;
    policy.rules.issuer = "https://example.com";
    policy.rules.audience = {"app"};
    policy.rules.names.subject = "uid";
    policy.rules.names.tenant = "org";
    CHECK(read({{GrantHeader::claims, all}}, policy).overridden ==
          Names{"iat", "exp", "jti", "sid", "version", "iss", "aud"});
    const Grant renamed =
        read({{GrantHeader::claims, R"({"uid":1,"org":"x"})"}, {GrantHeader::tenant, "y"}}, policy);
    CHECK(renamed.overridden == Names{"uid", "org"});
    CHECK(renamed.claims == R"({"uid":1,"org":"y"})");
}

TEST_CASE("grant: which sessions end") {
    const auto end_of = [](std::string_view text) { return read({{GrantHeader::end, text}}); };
    CHECK(end_of("current").end == Grant::End::current);
    CHECK(end_of("all").end == Grant::End::all);
    for (const char* id : {"s1", "Current", "ALL", "all ", "*"}) {
        CAPTURE(id);
        CHECK(end_of(id).end == Grant::End::one);
        CHECK(end_of(id).end_id == id);
    }
    for (const std::string& id : {std::string("a\nb"), std::string(256, 'a')}) {
        CHECK(contains(error_of({{GrantHeader::end, id}}), "\"x-session-end\""));
    }
}
