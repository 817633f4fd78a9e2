#include "suspension.hpp"

#include <utility>

#include "../bridge.hpp"

namespace nginx {

Suspension::Suspension(ngx_http_request_t* r) : request_(r) {
    event_.data = this;
    event_.handler = wake;
    event_.log = r->connection->log;
}

Suspension::~Suspension() {
    if (event_.posted) {
        ngx_delete_posted_event(&event_);
    }
}

void Suspension::expect(Take take, Resume resume) {
    take_ = std::move(take);
    resume_ = resume;
}

void Suspension::post(std::vector<redis::Reply> replies, Turn turn) {
    replies_ = std::move(replies);
    ngx_post_event(&event_, turn == Turn::own ? &ngx_posted_events : &ngx_posted_next_events);
}

void Suspension::wake(ngx_event_t* event) noexcept {
    static_cast<Suspension*>(event->data)->go_on();
}

// What is called here may destroy this object.
void Suspension::go_on() {
    ngx_http_request_t* r = request_;
    ngx_connection_t* c = r->connection;
    const Resume resume = resume_;
    ngx_http_set_log_request(c->log, r);
    bool again = false;
    const bool taken = guarded(c->log, false, [&] {
        const std::vector<redis::Reply> replies = std::exchange(replies_, {});
        const Take take = std::exchange(take_, nullptr);
        again = !take(replies);
        return true;
    });
    if (!again) {
        resume(r, taken);
        ngx_http_run_posted_requests(c);
    }
}

}  // namespace nginx
