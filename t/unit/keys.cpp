#include "../../src/session/keys.hpp"

#include <doctest/doctest.h>

TEST_CASE("keys: the contract's names under the prefix") {
    CHECK(session::epoch_key("session:", "") == "session:epoch");
    CHECK(session::epoch_key("session:", "acme") == "session:epoch:acme");
    CHECK(session::stale_key("session:", "42") == "session:stale:{42}");
    CHECK(session::user_key("session:", "42") == "session:user:{42}");
    CHECK(session::revoked_key("session:", "42", "j1") == "session:revoked:{42}:j1");
    CHECK(session::data_key("session:", "42", "s1") == "session:data:{42}:s1");
}

TEST_CASE("keys: any prefix, and none") {
    CHECK(session::epoch_key("", "") == "epoch");
    CHECK(session::user_key("", "42") == "user:{42}");
    CHECK(session::data_key("app/", "42", "s1") == "app/data:{42}:s1");
}

TEST_CASE("keys: scripts put the ID behind what stands before it") {
    CHECK(session::revoked_key("s:", "42", "") + "j1" == session::revoked_key("s:", "42", "j1"));
    CHECK(session::data_key("s:", "42", "") + "s1" == session::data_key("s:", "42", "s1"));
}

TEST_CASE("keys: bytes of names are kept as they are") {
    CHECK(session::stale_key("s:", "a b:*?[\xc3\xa9]") == "s:stale:{a b:*?[\xc3\xa9]}");
    CHECK(session::data_key("s:", "42", "a:{b}") == "s:data:{42}:a:{b}");
}
