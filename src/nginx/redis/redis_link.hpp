// One connection of a worker to a Redis node: it signs in, takes questions, keeps their deadlines,
// asks again once after a loss, and comes back by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "../../redis/pipeline.hpp"
#include "../timer.hpp"
#include "redis_breaker.hpp"
#include "redis_log.hpp"
#include "redis_server.hpp"
#include "redis_stream.hpp"
#include "store_meter.hpp"

namespace nginx {

class RedisLink final : private redis::Asker, private RedisStream::Owner {
public:
    // The meter and the node's breaker must outlive the link; the log is copied.
    RedisLink(RedisServerPtr server, const ngx_log_t& log, StoreMeter& meter,
              RedisBreaker& breaker);
    ~RedisLink() { close(); }
    RedisLink(const RedisLink&) = delete;
    RedisLink& operator=(const RedisLink&) = delete;

    // Starts to connect where the link is closed, and no other one is to probe the node.
    void open();

    // Takes a question whose deadline is in ngx_current_msec; connects first where the link is
    // closed. False while Redis is away or too much waits here already: the question is not taken.
    // The asker is never called from inside.
    bool ask(redis::Question&& question);

    // The asker hears nothing more.
    void forget(const redis::Asker& asker);

    // Tells everybody who waits that there is no answer. Logs nothing; the next question connects
    // again.
    void close();

    // A question would leave at once.
    bool ready() const { return state_ == State::ready; }

    // A question would be refused: nobody waits for an attempt that follows one that has failed,
    // or for a node that was silent.
    bool away() const { return state_ == State::waiting || !breaker_.is_closed(); }

    // How many questions wait.
    std::size_t load() const { return pipeline_.size() + queue_.size(); }

private:
    enum class State : std::uint8_t {
        closed,      // no connection, no timer, until somebody asks
        waiting,     // for the time of the next attempt
        connecting,  // until the server has answered AUTH, SELECT and PING: before that no question
                     // is sent
        ready,
    };

    void replied(std::vector<redis::Reply> replies) override { greeting_ = std::move(replies); }
    void unanswered() override {}

    void opened() override;
    bool received() override;
    void broken(std::string_view reason, ngx_err_t error) override;
    void abandoned() override { close(); }

    void on_time();
    void expired();

    void connect();
    void become_ready();
    enum class Fault : std::uint8_t { silence, other };

    void failed(std::string_view reason, ngx_err_t error, Fault fault = Fault::other);
    void lost(std::string_view reason, ngx_err_t error, Fault fault = Fault::other);
    void connect_or_wait(bool at_once);
    void begin();
    void rest();
    bool put(redis::Question&& question);
    void keep_for_retry(std::vector<redis::Question> questions);
    void wait();
    void disconnect();
    bool give_up_queue(bool due_only);
    void schedule();

    const RedisServerPtr server_;
    StoreMeter& meter_;
    RedisBreaker& breaker_;
    RedisLog log_;
    State state_ = State::closed;
    bool ever_ready_ = false;
    bool connected_ = false;    // as meter and breaker have it
    bool proven_ = false;       // the connection has answered a question
    redis::Pipeline pipeline_;  // on the connection; nothing but the greeting until it is ready
    ngx_msec_t asked_ = 0;      // when a question was last put there
    std::uint64_t barriers_ = 0;
    std::deque<redis::Question> queue_;  // for the connection that is coming, by their deadlines
    std::optional<std::vector<redis::Reply>> greeting_;
    std::size_t address_ = 0;           // in use, or to be tried
    std::size_t addresses_failed_ = 0;  // in this attempt
    ngx_uint_t failures_ = 0;           // attempts that failed since a question was answered
    ngx_msec_t attempt_ = 0;            // when it ends, or, while waiting, begins
    ngx_msec_t recovered_;              // when a loss was last followed by an attempt at once
    Timer timer_;  // the only one: of the attempt, the oldest question, the next attempt
    RedisStream stream_;
};

}  // namespace nginx
