#include "exchange.hpp"

#include <utility>

#include "../redis/script.hpp"
#include "bridge.hpp"

namespace nginx {

Exchange::Exchange(ngx_http_request_t* r, RedisPool& pool) : request_(r), pool_(pool) {
    event_.data = this;
    event_.handler = wake;
    event_.log = r->connection->log;
}

Exchange::~Exchange() {
    if (waiting_) {
        pool_.forget(*this);
    }
    if (event_.posted) {
        ngx_delete_posted_event(&event_);
    }
}

bool Exchange::start(std::vector<redis::Arguments> commands, Take take, Resume resume) {
    take_ = std::move(take);
    resume_ = resume;
    whole_.clear();
    if (redis::have_script(commands)) {
        whole_ = commands;
    }
    waiting_ = pool_.ask(redis::by_digest(std::move(commands)), *this);
    return waiting_;
}

void Exchange::replied(std::vector<redis::Reply> replies) {
    waiting_ = false;
    replies_ = std::move(replies);
    ngx_post_event(&event_, &ngx_posted_events);
}

void Exchange::unanswered() {
    waiting_ = false;
    ngx_post_event(&event_, &ngx_posted_events);
}

void Exchange::wake(ngx_event_t* event) noexcept {
    static_cast<Exchange*>(event->data)->go_on();
}

bool Exchange::send_whole() {
    waiting_ = pool_.ask(std::exchange(whole_, {}), *this);
    return waiting_;
}

// What is called here may destroy this object.
void Exchange::go_on() {
    ngx_http_request_t* r = request_;
    ngx_connection_t* c = r->connection;
    const Resume resume = resume_;
    ngx_http_set_log_request(c->log, r);
    bool again = false;
    const bool taken = guarded(c->log, false, [&] {
        const std::vector<redis::Reply> replies = std::exchange(replies_, {});
        if (!whole_.empty() && redis::wants_source(replies) && send_whole()) {
            again = true;
            return true;
        }
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
