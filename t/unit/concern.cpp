// Whom the change of a key concerns.
#include "../../src/session/concern.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../../src/session/keys.hpp"

namespace {

using session::Concern;
using session::concerns_of;
using Kind = Concern::Kind;

std::vector<std::string> users_of(const std::string& key) {
    std::vector<std::string> names;
    for (const Concern& concern : concerns_of("p:", key)) {
        REQUIRE(concern.kind == Kind::user);
        names.push_back(concern.name);
    }
    return names;
}

}  // namespace

TEST_CASE("keys of a user concern that user") {
    for (const std::string user : {"42", "", "a}b", "{", "}", "with space", "a:b"}) {
        CAPTURE(user);
        const std::vector<std::string> own = {user};
        CHECK(users_of(session::revoked_key("p:", user, "id")) == own);
        CHECK(users_of(session::data_key("p:", user, "id")) == own);
        CHECK(users_of(session::stale_key("p:", user)) == own);
    }
}

TEST_CASE("a name that can be read in several ways is read in all of them") {
    CHECK(users_of("p:revoked:{a}:b}:c") == std::vector<std::string>{"a", "a}:b"});
    CHECK(users_of("p:stale:{a}:b}") == std::vector<std::string>{"a}:b"});
}

TEST_CASE("epochs concern everybody, or a tenant") {
    const auto everybody = concerns_of("p:", "p:epoch");
    REQUIRE(everybody.size() == 1);
    CHECK(everybody[0].kind == Kind::everybody);
    const auto tenant = concerns_of("p:", "p:epoch:t:1");
    REQUIRE(tenant.size() == 1);
    CHECK(tenant[0].kind == Kind::tenant);
    CHECK(tenant[0].name == "t:1");
}

TEST_CASE("other keys concern nobody") {
    for (const std::string key :
         {"", "p:", "epoch", "q:epoch", "p:epochs", "p:user:{a}", "p:stale:{", "p:revoked:{a",
          "p:revoked:{a}", "p:opaque:x", "p:generation"}) {
        CAPTURE(key);
        CHECK(concerns_of("p:", key).empty());
    }
}

TEST_CASE("numbers tell users from tenants, and one name from another") {
    const std::uint64_t user = session::number_of({Kind::user, "a"});
    const std::uint64_t tenant = session::number_of({Kind::tenant, "a"});
    CHECK(user == session::number_of({Kind::user, "a"}));
    CHECK(user != session::number_of({Kind::user, "b"}));
    CHECK(user > 2);
    CHECK(tenant > 2);
    CHECK_FALSE(session::is_of_tenant(user));
    CHECK(session::is_of_tenant(tenant));
}
