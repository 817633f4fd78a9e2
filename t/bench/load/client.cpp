#include "client.hpp"

#include <sched.h>

#include <stdexcept>
#include <utility>

#include "clock.hpp"

namespace bench {

Client::Client(std::uint16_t port, std::size_t connections, std::vector<std::string> requests,
               bool yields)
    : requests_(std::move(requests)), yields_(yields) {
    for (std::size_t i = 0; i < connections; ++i) {
        connections_.emplace_back(port);
    }
}

Client::Result Client::run(std::size_t count, std::uint64_t until) {
    Result result;
    result.latencies.reserve(count);
    left_ = count;
    const std::uint64_t start = nanoseconds_now();
    for (Connection& connection : connections_) {
        next(connection);
    }
    while (result.latencies.size() < count) {
        if (!sweep(result)) {
            if (nanoseconds_now() > until) {
                throw std::runtime_error("the server takes too long");
            }
            if (yields_) {
                sched_yield();
            }
        }
    }
    result.wall = nanoseconds_now() - start;
    return result;
}

// Looks at each connection once; false when there was nothing on any of them.
bool Client::sweep(Result& result) {
    bool found = false;
    for (Connection& connection : connections_) {
        if (connection.is_idle()) {
            continue;
        }
        const Connection::Progress progress = connection.receive();
        if (progress == Connection::Progress::waiting) {
            continue;
        }
        found = true;
        result.refused += progress == Connection::Progress::refused ? 1 : 0;
        result.latencies.push_back(
            static_cast<std::uint32_t>(nanoseconds_now() - connection.sent()));
        next(connection);
    }
    return found;
}

void Client::next(Connection& connection) {
    if (left_ == 0) {
        connection.rest();
        return;
    }
    --left_;
    connection.send(requests_[position_]);
    position_ = (position_ + 1) % requests_.size();
}

}  // namespace bench
