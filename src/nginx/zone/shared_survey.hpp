// How many sessions a realm's store had when it was last looked through; in the realm's zone.
#pragma once

#include <atomic>
#include <cstdint>

namespace nginx {

// Times are ngx_current_msec, which is the same for all processes; 0 is never.
struct SharedSurvey {
    std::atomic<std::uint64_t> taken;  // when the numbers below were found
    std::atomic<std::uint64_t> due;    // nobody looks again before
    std::atomic<std::uint64_t> active;
    std::atomic<std::uint64_t> expired;
    std::atomic<std::uint64_t> users;
    std::atomic<std::uint64_t> tenants;
    std::atomic<std::uint64_t> idle_tenths;  // of a minute, on average
};

}  // namespace nginx
