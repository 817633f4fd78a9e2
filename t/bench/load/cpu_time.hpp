// What a process has cost, as the scheduler counts it: user and kernel time of its main thread.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace bench {

class CpuTime {
public:
    explicit CpuTime(const std::string& pid)
        : file_(open(("/proc/" + pid + "/schedstat").c_str(), O_RDONLY | O_CLOEXEC)) {
        if (file_ < 0) {
            throw std::runtime_error("no /proc/" + pid + "/schedstat");
        }
    }
    CpuTime(CpuTime&& other) noexcept : file_(other.file_) { other.file_ = -1; }
    CpuTime(const CpuTime&) = delete;
    CpuTime& operator=(const CpuTime&) = delete;
    CpuTime& operator=(CpuTime&&) = delete;
    ~CpuTime() {
        if (file_ >= 0) {
            close(file_);
        }
    }

    // Nanoseconds. What a process that runs has spent since the last tick is not in it yet.
    std::uint64_t read() const {
        char text[96] = {};
        if (pread(file_, text, sizeof(text) - 1, 0) <= 0) {
            throw std::runtime_error("a process that is measured has gone");
        }
        return std::strtoull(text, nullptr, 10);
    }

private:
    int file_;
};

}  // namespace bench
