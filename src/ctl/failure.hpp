// What ends the program, and with which exit status.
#pragma once

#include <stdexcept>
#include <string>

namespace ctl {

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;  // a token is not valid, or what was asked for cannot be
inline constexpr int kUsage = 2;
inline constexpr int kAway = 3;  // nginx or Redis did not answer, or in no way that can be believed

class Failure : public std::runtime_error {
public:
    Failure(int status, const std::string& text) : std::runtime_error(text), status_(status) {}
    int status() const { return status_; }

private:
    int status_;
};

inline Failure usage(const std::string& text) {
    return {kUsage, text};
}

inline Failure away(const std::string& text) {
    return {kAway, text};
}

}  // namespace ctl
