// A worker's connection to one of the sentinels that know the master: the next one where it fails.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../redis/sentinel.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_stream.hpp"

namespace nginx {

class SentinelLink final : public RedisStream::Owner, public redis::Sentinel::Listener {
public:
    // Neither may close or destroy the link.
    class Owner {
    public:
        // Each time a sentinel says so, changed or not.
        virtual void master_is(const std::string& host, in_port_t port) = 0;
        // All sentinels were asked in vain.
        virtual void nobody_knows() = 0;

    protected:
        ~Owner() = default;
    };

    // Realm and owner must outlive it; the log is copied.
    SentinelLink(const Realm& realm, const ngx_log_t& log, Owner& owner);
    ~SentinelLink();
    SentinelLink(const SentinelLink&) = delete;
    SentinelLink& operator=(const SentinelLink&) = delete;

    void open();
    void close();

    // The master does not behave like one: ask again before long, and somebody else where the
    // answer remains the same. The owner is never called from inside.
    void ask_now();

private:
    class Seat;
    enum class State : std::uint8_t { closed, waiting, connecting, listening };
    struct Master {
        std::string host;
        in_port_t port;
        bool operator==(const Master& other) const {
            return host == other.host && port == other.port;
        }
    };

    void master_is(std::string_view host, std::uint16_t port) override;
    void refused(std::string_view reason) override { refusal_ = reason; }

    void opened() override { stream_->send_soon(); }
    bool received() override;
    void broken(std::string_view reason, ngx_err_t error) override;
    void abandoned() override { close(); }

    bool is_doubted() const;
    void tick();
    void look();
    void connect();
    void disconnect();
    void go_on();
    void next_seat();
    void ask();
    void schedule();

    const Realm& realm_;
    ngx_log_t log_;
    Owner& owner_;
    std::vector<std::unique_ptr<Seat>> seats_;
    std::size_t seat_ = 0;     // in use, or to be tried
    std::size_t address_ = 0;  // of its
    std::size_t failed_ = 0;   // seats, one after another
    ngx_uint_t rounds_ = 0;    // of all of them
    State state_ = State::closed;
    ngx_msec_t due_ = 0;    // when to look
    ngx_msec_t asked_ = 0;  // when
    std::optional<Master> said_;
    bool heard_ = false;                 // it was said just now
    std::optional<ngx_msec_t> doubted_;  // since when, and
    ngx_msec_t last_doubt_ = 0;
    std::string refusal_;
    RedisServerPtr server_;  // that the stream speaks to
    std::unique_ptr<redis::Sentinel> conversation_;
    std::unique_ptr<RedisStream> stream_;
    Timer timer_;
};

}  // namespace nginx
