// The connection on which a server tells which keys change: server-assisted client-side caching in
// broadcasting mode, over RESP2. No sockets, no clock.
// Source: https://redis.io/docs/latest/develop/reference/client-side-caching/
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.hpp"
#include "greeting.hpp"
#include "resp.hpp"

namespace redis {

class Tracking final : public Conversation {
public:
    class Listener {
    public:
        // From now on every change is told.
        virtual void tracking() = 0;
        // The server cannot tell, or will not: in words fit for a log.
        virtual void not_tracking(std::string_view reason) = 0;
        virtual void changed(std::string_view key) = 0;
        virtual void flushed() = 0;  // all keys
        // Every change before the ping of that stamp was sent has been told.
        virtual void proven(std::uint64_t stamp) = 0;

    protected:
        ~Listener() = default;
    };

    // Begins to speak: who we are, then what we want to hear of. The listener and the login must
    // outlive it.
    Tracking(const Login& login, std::vector<std::string> prefixes, Listener& listener);

    // Asks for a sign of life; before tracking() has been called nothing is sent.
    void ping(std::uint64_t stamp);

    // The stamp of the oldest ping without an answer.
    std::optional<std::uint64_t> oldest_ping() const {
        return pings_.empty() ? std::nullopt : std::optional(pings_.front().stamp);
    }

    std::string_view unsent() const override;
    void sent(std::size_t bytes) override;
    bool receive(std::string_view bytes) override;

private:
    enum class State : std::uint8_t {
        greeting,
        identifying,
        enabling,
        subscribing,
        tracking,
        refused
    };

    void say(const Arguments& arguments);
    bool take(Reply& reply);
    bool greeted(Reply& reply);
    bool identified(const Reply& reply);
    bool enabled(const Reply& reply);
    bool told(const Reply& reply);
    bool ponged();
    bool refuse(std::string_view reason);

    Login login_;
    std::vector<std::string> prefixes_;
    Listener& listener_;
    State state_ = State::greeting;
    std::size_t greetings_ = 0;  // commands of the greeting
    std::vector<Reply> replies_;
    struct Ping {
        std::uint64_t stamp;
        std::uint64_t end;  // of its bytes, of all that were ever to be sent
    };

    std::deque<Ping> pings_;
    std::string output_;
    std::uint64_t sent_ = 0;  // bytes of all
    Reader reader_;
};

}  // namespace redis
