// One of nginx's timers with what is to be done then.
#pragma once

#include <functional>
#include <utility>

#include "bridge.hpp"
#include "ngx.hpp"

namespace nginx {

class Timer {
public:
    // The log must outlive it. What is done may start it again, or destroy it.
    Timer(ngx_log_t* log, std::function<void()> act) : act_(std::move(act)) {
        owner_.fd = static_cast<ngx_socket_t>(-1);
        owner_.data = this;
        event_.data = &owner_;
        event_.log = log;
        event_.handler = on_time;
    }
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // In so many milliseconds, whatever was set before. One that is not cancelable keeps a worker
    // that shuts down.
    void start(ngx_msec_t wait, bool cancelable = true) {
        stop();
        event_.cancelable = cancelable;
        ngx_add_timer(&event_, wait);
    }

    // At that time of nginx's clock, or at once where it has passed.
    void start_at(ngx_msec_t time, bool cancelable = true) {
        const auto left = static_cast<ngx_msec_int_t>(time - ngx_current_msec);
        start(left > 0 ? static_cast<ngx_msec_t>(left) : 0, cancelable);
    }

    // The same, unless it is set to be sooner.
    void start_by(ngx_msec_t time, bool cancelable = true) {
        event_.cancelable = cancelable;
        if (!is_set() || static_cast<ngx_msec_int_t>(time - event_.timer.key) < 0) {
            start_at(time, cancelable);
        }
    }

    void stop() {
        if (event_.timer_set) {
            ngx_del_timer(&event_);
        }
    }

    bool is_set() const { return event_.timer_set != 0; }
    void set_cancelable(bool cancelable) { event_.cancelable = cancelable; }

private:
    static void on_time(ngx_event_t* event) noexcept {
        auto* timer = static_cast<Timer*>(static_cast<ngx_connection_t*>(event->data)->data);
        guarded(event->log, [timer] { timer->act_(); });
    }

    std::function<void()> act_;
    ngx_connection_t owner_{};  // what nginx expects behind a timer's data
    ngx_event_t event_{};
};

}  // namespace nginx
