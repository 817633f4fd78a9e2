// A bounded time in which work that can wait is done, before other events have their turn.
#pragma once

#include <cstdint>
#include <ctime>

namespace nginx {

class WorkSlice {
public:
    // The clock is asked now and then: it costs more than a look at one request.
    bool over() const {
        over_ = over_ || (++calls_ % kCallsPerLook == 0 && worked() - start_ >= kLength);
        return over_;
    }

private:
    static constexpr std::int64_t kLength = 4000000;  // ns
    static constexpr unsigned kCallsPerLook = 8;

    // Of this process alone: what others take on a busy machine is not its own work.
    static std::int64_t worked() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
    }

    std::int64_t start_ = worked();
    mutable unsigned calls_ = 0;
    mutable bool over_ = false;
};

}  // namespace nginx
