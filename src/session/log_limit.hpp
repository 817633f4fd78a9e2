// How many lines of a kind a log gets in a second, and how many it did not get.
#pragma once

#include <cstdint>
#include <utility>

namespace session {

class LogLimit {
public:
    explicit LogLimit(unsigned most) : most_(most) {}

    // Whether one more line may be written now; else it is counted. `second`: Unix time.
    bool admits(std::int64_t second) {
        if (second != second_) {
            second_ = second;
            written_ = 0;
        }
        if (written_ < most_) {
            ++written_;
            return true;
        }
        leave_out();
        return false;
    }

    // A line that is not written for another reason.
    void leave_out() { ++left_out_; }

    // How many were left out since the last time.
    std::uint64_t take() { return std::exchange(left_out_, 0); }

private:
    unsigned most_;
    std::int64_t second_ = 0;
    unsigned written_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace session
