// One round of one case:
//
//   load PORT FILE FIRST WARM COUNT spin|yield PID...
//
// The file has a token a line. COUNT requests are measured after WARM others, the tokens taken from
// line FIRST on. Prints a line: wall time, median and 99th percentile of the latency, refused
// requests, and for each PID its CPU time; times in nanoseconds.

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "client.hpp"
#include "clock.hpp"
#include "cpu_time.hpp"

namespace bench {
namespace {

constexpr std::size_t kConnections = 32;
constexpr int kProcessor = 1;
constexpr std::uint64_t kTimeLimit = 30'000'000'000U;
constexpr std::uint64_t kPause = 1'000'000U;

void take_processor() {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(kProcessor, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0) {
        throw std::runtime_error("there is no second processor for the client");
    }
}

// At most so many requests, from a line of the file on; from its beginning again where it ends.
std::vector<std::string> read_requests(const char* path, std::size_t first, std::size_t most) {
    std::ifstream file(path);
    std::vector<std::string> tokens;
    for (std::string token; std::getline(file, token);) {
        tokens.push_back(token);
    }
    if (tokens.empty()) {
        throw std::runtime_error(std::string("no tokens in ") + path);
    }
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < std::min(most, tokens.size()); ++i) {
        requests.push_back("GET / HTTP/1.1\r\nHost: bench\r\nCookie: access_token=" +
                           tokens[(first + i) % tokens.size()] + "\r\n\r\n");
    }
    return requests;
}

std::vector<std::uint64_t> read_all(const std::vector<CpuTime>& processes) {
    std::vector<std::uint64_t> times;
    for (const CpuTime& process : processes) {
        times.push_back(process.read());
    }
    return times;
}

// The times once the processes have gone to sleep, or nearly so: what one does in the background
// does not hold it up for long.
std::vector<std::uint64_t> settle(const std::vector<CpuTime>& processes) {
    std::vector<std::uint64_t> times = read_all(processes);
    for (int tries = 0; tries < 10; ++tries) {
        for (const std::uint64_t end = nanoseconds_now() + kPause; nanoseconds_now() < end;) {
            sched_yield();
        }
        std::vector<std::uint64_t> later = read_all(processes);
        if (later == times) {
            break;
        }
        times = std::move(later);
    }
    return times;
}

std::uint32_t percentile(std::vector<std::uint32_t>& values, std::size_t percent) {
    const auto place =
        values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * percent / 100);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

void run(char** argument, const std::vector<std::string>& pids) {
    take_processor();
    const std::size_t warm = std::stoul(argument[4]);
    const std::size_t count = std::stoul(argument[5]);
    Client client(static_cast<std::uint16_t>(std::stoul(argument[1])), kConnections,
                  read_requests(argument[2], std::stoul(argument[3]), warm + count),
                  std::string(argument[6]) == "yield");
    std::vector<CpuTime> processes(pids.begin(), pids.end());

    const std::uint64_t until = nanoseconds_now() + kTimeLimit;
    client.run(warm, until);
    const std::vector<std::uint64_t> before = settle(processes);
    Client::Result result = client.run(count, until);
    const std::vector<std::uint64_t> after = settle(processes);

    std::printf("%llu %u %u %zu", static_cast<unsigned long long>(result.wall),
                percentile(result.latencies, 50), percentile(result.latencies, 99), result.refused);
    for (std::size_t i = 0; i < processes.size(); ++i) {
        std::printf(" %llu", static_cast<unsigned long long>(after[i] - before[i]));
    }
    std::printf("\n");
}

}  // namespace
}  // namespace bench

int main(int count, char** argument) {
    if (count < 8) {
        std::fprintf(stderr, "usage: load PORT FILE FIRST WARM COUNT spin|yield PID...\n");
        return 2;
    }
    try {
        bench::run(argument, {argument + 7, argument + count});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "load: %s\n", error.what());
        return 1;
    }
}
