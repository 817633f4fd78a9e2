#include "redis_link.hpp"

#include <algorithm>

#include "../../redis/greeting.hpp"
#include "../../redis/shape.hpp"
#include "../bridge.hpp"

namespace nginx {

namespace {

constexpr ngx_msec_t kFirstWait = 50;  // ms, before the second attempt
constexpr ngx_msec_t kLongestWait = 500;

bool has_passed(std::uint64_t deadline) {
    return static_cast<ngx_msec_int_t>(ngx_current_msec - deadline) >= 0;
}

// Doubles from kFirstWait to kLongestWait, a quarter more or less: workers must not come back in
// step.
ngx_msec_t time_to_wait(ngx_uint_t failures) {
    const ngx_msec_t time = std::min(kFirstWait << std::min<ngx_uint_t>(failures, 5), kLongestWait);
    return time - time / 4 + static_cast<ngx_msec_t>(ngx_random()) % (time / 2 + 1);
}

}  // namespace

RedisLink::RedisLink(RedisServerPtr server, const ngx_log_t& log, StoreMeter& meter,
                     RedisBreaker& breaker)
    : server_(std::move(server)),
      meter_(meter),
      breaker_(breaker),
      log_(*server_, meter.realm(), log),
      recovered_(ngx_current_msec - kFirstWait),
      timer_(log_.own(), [this] { on_time(); }),
      stream_(*server_, pipeline_, log_, *this) {}

void RedisLink::open() {
    if (state_ == State::closed && breaker_.admits(this)) {
        connect();
    }
}

bool RedisLink::ask(redis::Question&& question) {
    if (state_ == State::ready && breaker_.is_closed()) {
        if (!put(std::move(question))) {
            return false;
        }
        stream_.send_soon();
        schedule();
        return true;
    }

    open();
    if (away() || queue_.size() >= redis::kMaxQuestions) {
        return false;
    }
    queue_.push_back(std::move(question));
    schedule();
    return true;
}

// Where a server has left out a reply all later ones would come to the question before theirs.
// Whoever is asked while others wait since before is asked behind a barrier, whose reply in the
// place of another one breaks the connection.
bool RedisLink::put(redis::Question&& question) {
    if (!pipeline_.idle() && asked_ != ngx_current_msec) {
        redis::Question barrier;
        barrier.commands = {redis::barrier(++barriers_)};
        barrier.deadline = question.deadline;
        pipeline_.ask(std::move(barrier));
    }
    asked_ = ngx_current_msec;
    return pipeline_.ask(std::move(question));
}

void RedisLink::forget(const redis::Asker& asker) {
    pipeline_.forget(asker);
    const auto is_asked_by = [&asker](const redis::Question& question) {
        return question.asker == &asker;
    };
    const auto gone = std::remove_if(queue_.begin(), queue_.end(), is_asked_by);
    if (gone != queue_.end()) {
        queue_.erase(gone, queue_.end());
        schedule();  // a worker that is to quit has nothing to wait for any more
    }
}

void RedisLink::close() {
    for (redis::Question& question : pipeline_.abandon()) {
        queue_.push_back(std::move(question));
    }
    disconnect();
    state_ = State::closed;
    failures_ = 0;
    breaker_.leaves(this);
    timer_.stop();
    give_up_queue(false);
}

// The connection stands: who we are goes first.
void RedisLink::opened() {
    redis::Question question;
    question.commands = redis::greeting(login_of(*server_));
    question.asker = this;
    question.deadline = attempt_;
    pipeline_.ask(std::move(question));
    stream_.send_soon();
}

bool RedisLink::received() {
    if (!greeting_) {
        if (state_ == State::ready) {
            proven_ = true;
            failures_ = 0;
            breaker_.answered();
        }
        schedule();
        return true;
    }
    const std::vector<redis::Reply> replies = *std::exchange(greeting_, std::nullopt);
    log_.doing("authenticating to redis");
    if (const auto objection = redis::objection(login_of(*server_), replies)) {
        failed(*objection, 0);
        return false;
    }
    become_ready();
    return true;
}

void RedisLink::broken(std::string_view reason, ngx_err_t error) {
    if (state_ == State::ready) {
        lost(reason, error);
    } else {
        failed(reason, error);
    }
}

void RedisLink::on_time() {
    const bool done = guarded(log_.own(), false, [this] {
        expired();
        return true;
    });
    if (!done) {
        close();
    }
}

// The timer says when to look, not what has happened: most questions are answered before it fires.
void RedisLink::expired() {
    switch (state_) {
        case State::closed:
            return;
        case State::waiting:
            if (has_passed(attempt_)) {
                ngx_exiting ? close() : begin();
                return;
            }
            break;
        case State::connecting:
            if (has_passed(attempt_)) {
                failed("timed out", 0, Fault::silence);
                return;
            }
            if (give_up_queue(true)) {
                breaker_.was_silent(this);
                breaker_.begins(this);
                give_up_queue(false);
            }
            break;
        case State::ready:
            if (!pipeline_.idle() && has_passed(pipeline_.deadline())) {
                log_.doing("reading from redis");
                lost("timed out", 0, Fault::silence);
                return;
            }
            break;
    }
    schedule();
}

// Starts an attempt at the current address.
void RedisLink::connect() {
    state_ = State::connecting;
    proven_ = false;
    breaker_.begins(this);
    attempt_ = ngx_current_msec + server_->connect_timeout;
    schedule();
    stream_.open(server_->addresses[address_]);
}

void RedisLink::become_ready() {
    state_ = State::ready;
    meter_.connected(std::exchange(ever_ready_, true));
    connected_ = true;
    breaker_.gained();
    breaker_.answered();
    addresses_failed_ = 0;
    log_.restored();
    stream_.settle();
    give_up_queue(true);
    while (!queue_.empty() && put(std::move(queue_.front()))) {
        queue_.pop_front();
    }
    give_up_queue(false);
    stream_.send_soon();
    schedule();
}

// An attempt has failed: the next address, or everybody is told and nothing is tried for a while.
void RedisLink::failed(std::string_view reason, ngx_err_t error, Fault fault) {
    if (!pipeline_.idle()) {
        log_.doing("authenticating to redis");
    }
    pipeline_.abandon();
    disconnect();
    address_ = (address_ + 1) % server_->addresses.size();
    if (++addresses_failed_ < server_->addresses.size()) {
        connect();
        return;
    }
    addresses_failed_ = 0;
    log_.lost(reason, error);
    if (fault == Fault::silence) {
        breaker_.was_silent(this);
    } else {
        breaker_.was_unreachable(this);
    }
    connect_or_wait(false);
}

// The ready connection has gone.
void RedisLink::lost(std::string_view reason, ngx_err_t error, Fault fault) {
    const bool idle = pipeline_.idle();
    const bool silent = fault == Fault::silence;
    const bool short_lived = ngx_current_msec - recovered_ < kFirstWait;
    keep_for_retry(pipeline_.abandon());
    disconnect();
    // Servers close idle connections: no news as long as the next attempt succeeds.
    if (!idle || short_lived) {
        log_.lost(reason, error);
    }
    if (silent) {
        breaker_.was_silent(this);
    }
    if (queue_.empty() && ngx_exiting) {
        close();
    } else {
        // A server that answers the greeting and nothing else is not tried on and on.
        connect_or_wait(!short_lived && (proven_ || !silent));
    }
}

void RedisLink::connect_or_wait(bool at_once) {
    if (at_once) {
        recovered_ = ngx_current_msec;
        begin();
    } else {
        wait();
    }
}

// Where another link is to probe the node this one is opened again by a question, after that.
void RedisLink::rest() {
    state_ = State::closed;
    give_up_queue(false);
}

void RedisLink::begin() {
    breaker_.admits(this) ? connect() : rest();
}

void RedisLink::keep_for_retry(std::vector<redis::Question> questions) {
    for (redis::Question& question : questions) {
        if (question.asker == nullptr) {
            continue;
        }
        if (question.retried || has_passed(question.deadline)) {
            question.asker->unanswered();
        } else {
            question.retried = true;
            queue_.push_back(std::move(question));
        }
    }
}

void RedisLink::wait() {
    if (!breaker_.admits(this)) {
        rest();
        return;
    }
    state_ = State::waiting;
    attempt_ = ngx_current_msec + time_to_wait(failures_++);
    breaker_.waits(this);
    give_up_queue(false);
    schedule();
}

void RedisLink::disconnect() {
    stream_.close();
    greeting_.reset();
    if (std::exchange(connected_, false)) {
        meter_.disconnected();
        breaker_.lost();
    }
}

// Tells the askers in the queue that there is no answer. Whether there were any.
bool RedisLink::give_up_queue(bool due_only) {
    bool any = false;
    while (!queue_.empty() && (!due_only || has_passed(queue_.front().deadline))) {
        const redis::Question question = std::move(queue_.front());
        queue_.pop_front();
        any = true;
        if (question.asker != nullptr) {
            question.asker->unanswered();
        }
    }
    return any;
}

// The timer runs for what is due first. It is set again only where that is sooner than it would
// fire, and it keeps a worker that shuts down alive only while somebody waits.
void RedisLink::schedule() {
    const bool nobody_waits = load() == 0 || (state_ == State::connecting && queue_.empty());
    if (state_ == State::ready) {
        stream_.set_idle(nobody_waits);
        timer_.set_cancelable(nobody_waits);
        if (!nobody_waits) {
            timer_.start_by(pipeline_.deadline(), false);
        }
    } else if (state_ == State::connecting) {
        const ngx_msec_t first = queue_.empty() ? attempt_ : queue_.front().deadline;
        const bool sooner = static_cast<ngx_msec_int_t>(first - attempt_) < 0;
        timer_.start_by(sooner ? first : attempt_, nobody_waits);
    } else if (state_ == State::waiting) {
        timer_.start_by(attempt_);
    }
}

}  // namespace nginx
