// The connection on which a sentinel says who is master: asked, and told by it when that changes.
// No sockets, no clock. Source: https://redis.io/docs/latest/develop/reference/sentinel-clients/
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.hpp"
#include "greeting.hpp"
#include "resp.hpp"

namespace redis {

class Sentinel final : public Conversation {
public:
    class Listener {
    public:
        // Asked or announced. The host may be a name.
        virtual void master_is(std::string_view host, std::uint16_t port) = 0;
        // The sentinel knows no such master, or will not tell: in words fit for a log.
        virtual void refused(std::string_view reason) = 0;

    protected:
        ~Listener() = default;
    };

    // Begins to speak. The listener and what the login points to must outlive it.
    Sentinel(const Login& login, std::string master, Listener& listener);

    // Asks who is master now; where an answer is outstanding, once it is there.
    void ask();

    // Whether an answer is outstanding.
    bool waiting() const { return state_ != State::listening; }

    std::string_view unsent() const override { return output_; }
    void sent(std::size_t bytes) override { output_.erase(0, bytes); }
    bool receive(std::string_view bytes) override;

private:
    // A round of questions, and between two of them the connection listens.
    enum class State : std::uint8_t { greeting, leaving, asking, joining, listening, refused };

    void say(const Arguments& arguments);
    void begin_round();
    bool take(Reply& reply);
    bool greeted(Reply& reply);
    bool answered(const Reply& reply);
    bool joined(const Reply& reply);
    bool told(const Reply& message);
    bool name_master(std::string_view host, std::string_view port);
    bool refuse(const std::string& reason);

    Login login_;
    std::string master_;
    Listener& listener_;
    State state_ = State::greeting;
    bool subscribed_ = false;
    bool again_ = false;
    std::size_t greetings_ = 0;  // commands of the greeting
    std::vector<Reply> replies_;
    std::string output_;
    Reader reader_;
};

}  // namespace redis
