// A bounded time in which work that can wait is done, before other events have their turn.
#pragma once

#include <cstdint>
#include <ctime>

namespace nginx {

class WorkSlice {
public:
    // The clock is asked once in so many calls: it costs more than a look at one request.
    explicit WorkSlice(unsigned calls_per_look = 8) : calls_per_look_(calls_per_look) {}

    bool over() const {
        over_ = over_ || (++calls_ % calls_per_look_ == 0 && worked() - start_ >= kLength);
        return over_;
    }

private:
    static constexpr std::int64_t kLength = 2000000;  // ns

    // Of this process alone: what others take on a busy machine is not its own work.
    static std::int64_t worked() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
    }

    unsigned calls_per_look_;
    std::int64_t start_ = worked();
    mutable unsigned calls_ = 0;
    mutable bool over_ = false;
};

}  // namespace nginx
