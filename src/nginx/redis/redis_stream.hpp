// The bytes of a conversation over one socket at a time, TLS included, on nginx's own event loop.
// Nothing in it blocks.
#pragma once

#include <cstdint>
#include <string_view>

#include "../../redis/conversation.hpp"
#include "redis_log.hpp"
#include "redis_server.hpp"

namespace nginx {

class RedisStream {
public:
    class Owner {
    public:
        // The server is the right one: time to write.
        virtual void opened() = 0;
        // The conversation took bytes. False where the owner has closed the stream.
        virtual bool received() = 0;
        // The stream is of no more use; the owner closes it. `error`: errno or 0.
        virtual void broken(std::string_view reason, ngx_err_t error) = 0;
        // nginx wants the connection gone, or something unexpected has happened; the owner closes
        // it.
        virtual void abandoned() = 0;

    protected:
        ~Owner() = default;
    };

    // All of them must outlive the stream.
    RedisStream(const RedisServer& server, redis::Conversation& conversation, RedisLog& log,
                Owner& owner);
    ~RedisStream() { close(); }
    RedisStream(const RedisStream&) = delete;
    RedisStream& operator=(const RedisStream&) = delete;

    // Starts to connect; may find it broken at once.
    void open(const RedisAddress& address);

    // Sends what there is to be said at the end of this turn of the event loop: all questions of a
    // turn leave together.
    void send_soon();

    // From now on the owner alone tells the log of a loss: nginx would do so each time.
    void settle() { connection_->log_error = NGX_ERROR_INFO; }

    // Whether nginx may close the connection when it shuts down gracefully.
    void set_idle(bool idle) { connection_->idle = idle; }

    void close();

private:
    enum class State : std::uint8_t { connecting, shaking_hands, open };

    static void on_read(ngx_event_t* event) noexcept;
    static void on_write(ngx_event_t* event) noexcept;
    static void on_handshake(ngx_connection_t* connection) noexcept;
    template <typename Body>
    void run(Body&& body) noexcept;

    bool own(ngx_connection_t* connection, int family);
    bool test_connection();
    void connected();
    void shaken_hands(bool done);
    void opened();
    ngx_err_t socket_error() const;
    void read();
    void write();

    const RedisServer& server_;
    redis::Conversation& conversation_;
    RedisLog& log_;
    Owner& owner_;
    ngx_connection_t* connection_ = nullptr;
    State state_ = State::connecting;
};

}  // namespace nginx
