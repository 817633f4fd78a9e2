// The connection on which one Redis node tells what changes: it signs in, asks for signs of life,
// and comes back by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "../../redis/tracking.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "redis_log.hpp"
#include "redis_server.hpp"
#include "redis_stream.hpp"

namespace nginx {

class TrackingLink final : public redis::Tracking::Listener, public RedisStream::Owner {
public:
    // None of them may destroy the link.
    class Owner {
    public:
        virtual void established() = 0;  // from now on every change is told
        virtual void broken() = 0;       // a link that was established tells no more
        virtual void changed(std::string_view key) = 0;
        virtual void flushed() = 0;  // all keys
        virtual void proven() = 0;   // proven_at() has a later time
        // The server cannot tell, or will not: in words fit for a log.
        virtual void refused(const RedisServer& server, std::string_view reason) = 0;

    protected:
        ~Owner() = default;
    };

    // Realm and owner must outlive it; the log is copied.
    TrackingLink(RedisServerPtr server, const Realm& realm, const ngx_log_t& log, Owner& owner);
    ~TrackingLink() { disconnect(0); }
    TrackingLink(const TrackingLink&) = delete;
    TrackingLink& operator=(const TrackingLink&) = delete;

    // Connects where it is time to, unless the node is down and others probe it, and watches that
    // the connection is alive. Call it every 50 ms.
    void attend(bool is_down);

    const RedisServerPtr& server() const { return server_; }

    // Every change before then (ms of nginx's clock) has been told; 0: that is not known.
    std::uint64_t proven_at() const { return proven_; }

private:
    void tracking() override;
    void not_tracking(std::string_view reason) override;
    void changed(std::string_view key) override { owner_.changed(key); }
    void flushed() override { owner_.flushed(); }
    void proven(std::uint64_t stamp) override;

    void opened() override { stream_->send_soon(); }
    bool received() override { return true; }
    void broken(std::string_view reason, ngx_err_t error) override;
    void abandoned() override;

    void connect();
    void ping();
    void disconnect(ngx_msec_t wait);

    const RedisServerPtr server_;
    const Realm& realm_;
    Owner& owner_;
    RedisLog log_;
    std::unique_ptr<redis::Tracking> tracking_;
    std::unique_ptr<RedisStream> stream_;
    bool connected_ = false;    // the stream is in use
    bool established_ = false;  // and the server tells
    bool refused_ = false;      // it said that it does not, on this connection
    std::size_t address_ = 0;
    std::uint64_t proven_ = 0;
    ngx_msec_t next_;        // when to connect, or until when the connection has to stand
    ngx_msec_t pinged_ = 0;  // when it was last asked for a sign of life
};

}  // namespace nginx
