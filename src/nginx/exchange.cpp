#include "exchange.hpp"

#include <utility>

#include "../redis/script.hpp"

namespace nginx {

Exchange::Exchange(ngx_http_request_t* r, RedisPool& pool)
    : pool_(pool), timer_(pool.meter()), suspension_(r) {}

Exchange::~Exchange() {
    if (waiting_) {
        pool_.forget(*this);
    }
}

bool Exchange::start(std::vector<redis::Arguments> commands, Suspension::Take take,
                     Suspension::Resume resume) {
    take_ = std::move(take);
    resume_ = resume;
    whole_.clear();
    if (redis::have_script(commands)) {
        whole_ = commands;
    }
    expect();
    timer_.start();
    waiting_ = pool_.ask(redis::by_digest(std::move(commands)), *this);
    if (!waiting_) {
        timer_.unanswered();
    }
    return waiting_;
}

void Exchange::expect() {
    suspension_.expect([this](const std::vector<redis::Reply>& replies) { return take(replies); },
                       resume_);
}

bool Exchange::take(const std::vector<redis::Reply>& replies) {
    if (!whole_.empty() && redis::wants_source(replies)) {
        expect();
        waiting_ = pool_.ask(std::exchange(whole_, {}), *this);
        if (waiting_) {
            return false;
        }
        timer_.unanswered();
    }
    const Suspension::Take take = std::exchange(take_, nullptr);
    return take(replies);
}

void Exchange::replied(std::vector<redis::Reply> replies) {
    waiting_ = false;
    if (whole_.empty() || !redis::wants_source(replies)) {
        timer_.answered(replies);
    }
    suspension_.post(std::move(replies));
}

void Exchange::unanswered() {
    waiting_ = false;
    timer_.unanswered();
    suspension_.post({});
}

}  // namespace nginx
