// A bounded time in which work that can wait is done, before other events have their turn.
#pragma once

#include <chrono>

namespace nginx {

class WorkSlice {
public:
    bool over() const { return std::chrono::steady_clock::now() >= end_; }

private:
    static constexpr std::chrono::milliseconds kLength{4};

    std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kLength;
};

}  // namespace nginx
