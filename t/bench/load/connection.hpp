// A keep-alive connection that never blocks: one request at a time, its response read to the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

class Connection {
public:
    enum class Progress { waiting, accepted, refused };

    explicit Connection(std::uint16_t port);
    Connection(Connection&& other) noexcept;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection& operator=(Connection&&) = delete;
    ~Connection();

    void send(std::string_view request);

    // Asks the socket once. Refused: a complete response whose status is not 200.
    Progress receive();

    bool is_idle() const { return sent_ == 0; }
    std::uint64_t sent() const { return sent_; }
    void rest() { sent_ = 0; }

private:
    int socket_;
    std::size_t filled_ = 0;
    std::uint64_t sent_ = 0;
    std::array<char, 8192> buffer_;
};

}  // namespace bench
