// What is to be done at the end of this turn of the event loop.
#pragma once

#include <functional>
#include <utility>

#include "bridge.hpp"
#include "ngx.hpp"

namespace nginx {

class PostedCall {
public:
    // The log must outlive it.
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
