#include "exchange.hpp"

#include <utility>

#include "../../redis/script.hpp"

namespace nginx {

Exchange::Exchange(ngx_http_request_t* r, Store& store)
    : store_(store), timer_(store.meter()), suspension_(r) {}

Exchange::~Exchange() {
    if (waiting_) {
        store_.forget(*this);
    }
}

bool Exchange::start(redis::Commands commands, Suspension::Take take, Suspension::Resume resume) {
    take_ = std::move(take);
    resume_ = resume;
    whole_ = {};
    expect();
    timer_.start();
    if (store_.takes_digests() && commands.have_script()) {
        whole_ = commands;
        commands = redis::by_digest(commands.list());
    }
    const bool taken = ask(std::move(commands));
    if (!taken) {
        timer_.unanswered();
    }
    return taken;
}

// The answer may be there already: the request goes on from the event loop all the same.
bool Exchange::ask(redis::Commands commands) {
    waiting_ = true;
    asking_ = true;
    const bool taken = store_.ask(std::move(commands), *this);
    asking_ = false;
    waiting_ = waiting_ && taken;
    return taken;
}

// One answer after the other, each there at once, would keep the worker from all others.
Suspension::Turn Exchange::turn() {
    if (asking_ && !slice_) {
        slice_.emplace(1);
    }
    put_off_ = asking_ && slice_->over();
    return put_off_ ? Suspension::Turn::next : Suspension::Turn::own;
}

void Exchange::expect() {
    suspension_.expect([this](const std::vector<redis::Reply>& replies) { return take(replies); },
                       resume_);
}

bool Exchange::take(const std::vector<redis::Reply>& replies) {
    if (put_off_) {
        slice_.reset();
    }
    if (!whole_.empty() && redis::wants_source(replies)) {
        expect();
        if (ask(std::exchange(whole_, {}))) {
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
    suspension_.post(std::move(replies), turn());
}

void Exchange::unanswered() {
    waiting_ = false;
    timer_.unanswered();
    suspension_.post({});
}

}  // namespace nginx
