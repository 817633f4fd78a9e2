#include "lookup.hpp"

#include <utility>

namespace nginx {

Lookup::Lookup(ngx_http_request_t* r, RedisPool& pool, Resume resume)
    : request_(r), pool_(pool), resume_(resume) {
    event_.data = this;
    event_.handler = wake;
    event_.log = r->connection->log;
}

Lookup::~Lookup() {
    if (waiting_) {
        pool_.forget(*this);
    }
    if (event_.posted) {
        ngx_delete_posted_event(&event_);
    }
}

bool Lookup::start(std::vector<redis::Arguments> commands) {
    waiting_ = pool_.ask(std::move(commands), *this);
    return waiting_;
}

void Lookup::replied(std::vector<redis::Reply> replies) {
    waiting_ = false;
    replies_ = std::move(replies);
    ngx_post_event(&event_, &ngx_posted_events);
}

void Lookup::unanswered() {
    waiting_ = false;
    ngx_post_event(&event_, &ngx_posted_events);
}

void Lookup::wake(ngx_event_t* event) noexcept {
    auto& lookup = *static_cast<Lookup*>(event->data);
    lookup.resume_(lookup.request_, std::move(lookup.replies_));
}

}  // namespace nginx
