// The connection on which Redis tells what changes: one an nginx instance and realm, whatever its
// workers. Each worker has a tracker; one of them owns the connection, the others watch that it is
// alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "../cache/coherence.hpp"
#include "../redis/tracking.hpp"
#include "ngx.hpp"
#include "realm.hpp"
#include "redis_log.hpp"
#include "redis_stream.hpp"

namespace nginx {

class Tracker final : public redis::Tracking::Listener, public RedisStream::Owner {
public:
    // The realm must outlive it, and so must its zone; the log is copied.
    Tracker(const Realm& realm, const ngx_log_t& log);
    ~Tracker();
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

private:
    static void on_timer(ngx_event_t* event) noexcept;

    void tick();
    bool own_or_claim();
    void release();
    void connect();
    void attend();
    void ping();
    void disconnect(ngx_msec_t wait);
    cache::Coherence& coherence() const;

    void tracking() override;
    void not_tracking(std::string_view reason) override;
    void changed(std::string_view key) override;
    void flushed() override;
    void proven(std::uint64_t stamp) override;

    void opened() override;
    bool received() override { return true; }
    void broken(std::string_view reason, ngx_err_t error) override;
    void abandoned() override;

    const Realm& realm_;
    RedisLog log_;
    std::unique_ptr<redis::Tracking> tracking_;
    std::unique_ptr<RedisStream> stream_;
    bool connected_ = false;    // the stream is in use
    bool established_ = false;  // and the server tells
    bool refused_ = false;      // it said that it does not, on this connection
    std::size_t address_ = 0;
    ngx_msec_t next_ = 0;    // when to connect, or until when the connection has to stand
    ngx_msec_t pinged_ = 0;  // when it was last asked for a sign of life
    ngx_connection_t timer_owner_{};
    ngx_event_t timer_{};
};

}  // namespace nginx
