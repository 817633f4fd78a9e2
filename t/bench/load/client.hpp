// Keeps connections busy, each with one request at a time, and spins while it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "connection.hpp"

namespace bench {

class Client {
public:
    // Requests are taken in order, from the first again after the last. With `yields` whoever
    // shares the processor runs when there is nothing to read.
    Client(std::uint16_t port, std::size_t connections, std::vector<std::string> requests,
           bool yields);

    struct Result {
        std::uint64_t wall = 0;  // nanoseconds, as the latencies
        std::size_t refused = 0;
        std::vector<std::uint32_t> latencies;
    };

    // So many requests from here on; throws when the time, a point of the monotonic clock, is over.
    Result run(std::size_t count, std::uint64_t until);

private:
    bool sweep(Result& result);
    void next(Connection& connection);

    std::vector<Connection> connections_;
    std::vector<std::string> requests_;
    std::size_t position_ = 0;
    std::size_t left_ = 0;
    bool yields_;
};

}  // namespace bench
