#include "../../src/session/verdict.hpp"

#include <doctest/doctest.h>

using session::Deny;
using session::Policy;
using session::Reason;
using session::Visit;

namespace {

Policy policy_of(Deny deny, const std::string& login) {
    Policy policy;
    policy.deny = deny;
    policy.login = {login, "next", "reason"};
    return policy;
}

constexpr Visit kPage{"/a?b=c", true, true};
constexpr Visit kForm{"/a?b=c", false, true};
constexpr Visit kScript{"/a?b=c", true, false};
constexpr Visit kPost{"/a?b=c", false, false};

}  // namespace

TEST_CASE("verdict: a navigation goes to the login page, a script gets 401") {
    const Policy policy = policy_of(Deny::automatic, "/login");
    const auto page = refuse(policy, Reason::expired, 403, kPage);
    CHECK(page.status == 302);
    CHECK(page.location == "/login?next=%2Fa%3Fb%3Dc&reason=expired");
    const auto form = refuse(policy, Reason::missing, 403, kForm);
    CHECK(form.status == 303);
    CHECK(form.location == "/login?reason=missing");
    CHECK(refuse(policy, Reason::expired, 403, kScript).status == 401);
    CHECK(refuse(policy, Reason::expired, 403, kPost).location.empty());
}

TEST_CASE("verdict: \"deny redirect\" and \"deny status\"") {
    const Policy redirect = policy_of(Deny::redirect, "/login");
    CHECK(refuse(redirect, Reason::stale, 403, kScript).status == 302);
    CHECK(refuse(redirect, Reason::stale, 403, kForm).status == 303);
    CHECK(refuse(redirect, Reason::stale, 403, kPost).status == 401);
    const Policy status = policy_of(Deny::status, "/login");
    CHECK(refuse(status, Reason::stale, 403, kPage).status == 401);
    CHECK(refuse(policy_of(Deny::automatic, ""), Reason::stale, 403, kPage).status == 401);
}

TEST_CASE("verdict: where another login would not help there is no redirect") {
    const Policy policy = policy_of(Deny::redirect, "/login");
    CHECK(refuse(policy, Reason::origin, 403, kPage).status == 403);
    CHECK(refuse(policy, Reason::forbidden, 403, kPage).status == 403);
    CHECK(refuse(policy, Reason::forbidden, 401, kPage).status == 302);
    CHECK(refuse(policy, Reason::forbidden, 401, kPost).status == 401);
    CHECK(refuse(policy, Reason::store, 401, kPage).status == 503);
    CHECK(refuse(policy, Reason::store, 401, kPage).location.empty());
}

TEST_CASE("verdict: no reason is let through") {
    const Policy policy = policy_of(Deny::automatic, "");
    for (std::size_t i = 1; i < session::kReasons; ++i) {
        CAPTURE(i);
        CHECK(refuse(policy, static_cast<Reason>(i), 403, kPage).status >= 401);
    }
}

TEST_CASE("verdict: the challenge and the body") {
    CHECK(session::default_challenge("app", Reason::missing) == "Bearer realm=\"app\"");
    CHECK(session::default_challenge("app", Reason::stale) ==
          "Bearer realm=\"app\", error=\"invalid_token\", error_description=\"stale\"");
    CHECK(session::problem(401, Reason::stale) ==
          "{\"title\":\"Unauthorized\",\"status\":401,\"reason\":\"stale\"}\n");
    CHECK(session::problem(403, Reason::origin) ==
          "{\"title\":\"Forbidden\",\"status\":403,\"reason\":\"origin\"}\n");
    CHECK(session::problem(503, Reason::store) ==
          "{\"title\":\"Service Unavailable\",\"status\":503,\"reason\":\"store\"}\n");
}
