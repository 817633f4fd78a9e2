// Whether a node is asked at all: one that is silent or cannot be reached is left alone, so that no
// request waits for it, until a single probe finds it well. One a worker and node, for all links.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../../cache/node_states.hpp"
#include "../realm/realm.hpp"

namespace nginx {

class RedisBreaker {
public:
    // As the numbers of NodeStates.
    enum class State : std::uint8_t {
        closed,     // the node is asked
        half_open,  // one link probes it
        open,       // nobody does, for a while
    };

    // The realm must outlive it.
    RedisBreaker(const RedisServer& server, const Realm& realm);
    ~RedisBreaker();
    RedisBreaker(const RedisBreaker&) = delete;
    RedisBreaker& operator=(const RedisBreaker&) = delete;

    bool is_closed() const { return state_ == State::closed; }

    // Whether the link may connect: unless another one is to probe.
    bool admits(const void* link) const { return prober_ == nullptr || prober_ == link; }

    // The node did not answer a question, or an attempt to reach it, in time.
    void was_silent(const void* link);

    // An attempt has failed otherwise. Where another link is ready the node is well.
    void was_unreachable(const void* link);

    // A link begins to connect, waits for its next attempt, is no more.
    void begins(const void* link);
    void waits(const void* link);
    void leaves(const void* link);

    // The node has answered.
    void answered();

    // How many links are ready.
    void gained() { ++ready_; }
    void lost() { --ready_; }

private:
    void turn(State state);

    const Realm& realm_;
    State state_ = State::closed;
    const void* prober_ = nullptr;  // who alone may connect, unless closed
    std::size_t ready_ = 0;
    cache::NodeStates::Place* place_ = nullptr;  // null: of too many
};

}  // namespace nginx
