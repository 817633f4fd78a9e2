// What is said on one connection, for whoever moves the bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace redis {

class Conversation {
public:
    // Bytes that the connection has still to send, and how many of them it has sent.
    virtual std::string_view unsent() const = 0;
    virtual void sent(std::size_t bytes) = 0;

    // Bytes that came. False where the stream is broken or says what it may not: the connection
    // must be closed.
    virtual bool receive(std::string_view bytes) = 0;

protected:
    ~Conversation() = default;
};

}  // namespace redis
