#include "../../src/session/reason.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using session::find_reason;
using session::name;
using session::Reason;
using session::reason_of;

TEST_CASE("reason: the names are those of the contract") {
    CHECK(name(Reason::valid) == "valid");
    CHECK(name(Reason::missing) == "missing");
    CHECK(name(Reason::malformed) == "malformed");
    CHECK(name(Reason::algorithm) == "algorithm");
    CHECK(name(Reason::key) == "key");
    CHECK(name(Reason::signature) == "signature");
    CHECK(name(Reason::expired) == "expired");
    CHECK(name(Reason::early) == "early");
    CHECK(name(Reason::claims) == "claims");
    CHECK(name(Reason::revoked) == "revoked");
    CHECK(name(Reason::stale) == "stale");
    CHECK(name(Reason::epoch) == "epoch");
    CHECK(name(Reason::idle) == "idle");
    CHECK(name(Reason::record) == "record");
    CHECK(name(Reason::replayed) == "replayed");
    CHECK(name(Reason::origin) == "origin");
    CHECK(name(Reason::forbidden) == "forbidden");
    CHECK(name(Reason::store) == "store");
}

TEST_CASE("reason: every name is its own and leads back") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < session::kReasons; ++i) {
        const auto reason = static_cast<Reason>(i);
        names.insert(name(reason));
        CHECK(find_reason(name(reason)) == reason);
    }
    CHECK(names.size() == session::kReasons);
    CHECK(session::kReasons == 18);
}

TEST_CASE("reason: other words are none") {
    for (const std::string_view word : {"", "off", "Valid", "valid ", "validx", "vali"}) {
        CAPTURE(word);
        CHECK_FALSE(find_reason(word));
    }
}

TEST_CASE("reason: a refusal of a token keeps its name") {
    CHECK(reason_of(jwt::Refusal::malformed) == Reason::malformed);
    CHECK(reason_of(jwt::Refusal::algorithm) == Reason::algorithm);
    CHECK(reason_of(jwt::Refusal::key) == Reason::key);
    CHECK(reason_of(jwt::Refusal::signature) == Reason::signature);
    CHECK(reason_of(jwt::Refusal::expired) == Reason::expired);
    CHECK(reason_of(jwt::Refusal::early) == Reason::early);
    CHECK(reason_of(jwt::Refusal::claims) == Reason::claims);
}
