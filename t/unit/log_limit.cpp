#include "../../src/session/log_limit.hpp"

#include <doctest/doctest.h>

using session::LogLimit;

TEST_CASE("log limit: so many a second, the others counted") {
    LogLimit limit(2);
    CHECK(limit.admits(100));
    CHECK(limit.admits(100));
    CHECK_FALSE(limit.admits(100));
    CHECK_FALSE(limit.admits(100));
    CHECK(limit.admits(101));
    CHECK(limit.take() == 2);
    CHECK(limit.take() == 0);
}

TEST_CASE("log limit: a clock that is set back is no reason to be silent") {
    LogLimit limit(1);
    CHECK(limit.admits(100));
    CHECK(limit.admits(50));
}

TEST_CASE("log limit: what others leave out") {
    LogLimit limit(1);
    limit.leave_out();
    CHECK(limit.admits(100));
    CHECK(limit.take() == 1);
}
