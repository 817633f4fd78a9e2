// A timer of nginx's that calls an object, and is gone with it.
#pragma once

#include <functional>
#include <utility>

#include "bridge.hpp"
#include "ngx.hpp"

namespace nginx {

class EventTimer {
public:
    // The log must outlive it. `cancelable`: a graceful exit does not wait for it.
    EventTimer(ngx_log_t* log, bool cancelable, std::function<void()> body)
        : body_(std::move(body)) {
        owner_.fd = static_cast<ngx_socket_t>(-1);
        owner_.data = this;
        event_.data = &owner_;
        event_.log = log;
        event_.handler = on_timer;
        event_.cancelable = cancelable ? 1 : 0;
    }
    ~EventTimer() { stop(); }
    EventTimer(const EventTimer&) = delete;
    EventTimer& operator=(const EventTimer&) = delete;

    // In so many ms, whatever was set before.
    void set(ngx_msec_t wait) {
        stop();
        ngx_add_timer(&event_, wait);
    }
    void stop() {
        if (event_.timer_set) {
            ngx_del_timer(&event_);
        }
    }

    bool is_set() const { return event_.timer_set != 0; }
    ngx_msec_t due() const { return event_.timer.key; }  // while it is set

private:
    static void on_timer(ngx_event_t* event) noexcept {
        auto* timer = static_cast<EventTimer*>(static_cast<ngx_connection_t*>(event->data)->data);
        guarded(event->log, [timer] { timer->body_(); });
    }

    std::function<void()> body_;
    ngx_connection_t owner_{};  // what nginx expects behind a timer's data
    ngx_event_t event_{};
};

// The same at the end of this turn of the event loop.
class PostedCall {
public:
    PostedCall(ngx_log_t* log, std::function<void()> body) : body_(std::move(body)) {
        event_.data = this;
        event_.log = log;
        event_.handler = on_event;
    }
    ~PostedCall() {
        if (event_.posted) {
            ngx_delete_posted_event(&event_);
        }
    }
    PostedCall(const PostedCall&) = delete;
    PostedCall& operator=(const PostedCall&) = delete;

    void post() { ngx_post_event(&event_, &ngx_posted_events); }

private:
    static void on_event(ngx_event_t* event) noexcept {
        auto* call = static_cast<PostedCall*>(event->data);
        guarded(event->log, [call] { call->body_(); });
    }

    std::function<void()> body_;
    ngx_event_t event_{};
};

}  // namespace nginx
