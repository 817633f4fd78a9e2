#include "moving_store.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "../../redis/repeat.hpp"
#include "../time.hpp"
#include "redis_address.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kLook = 50;   // ms, after which old connections are looked at
constexpr ngx_msec_t kReady = 10;  // the same of new ones for which questions wait

}  // namespace

// A question, for as long as it may have to be asked elsewhere.
struct MovingStore::Waiting final : redis::Asker {
    Waiting(MovingStore& store, redis::Commands commands, redis::Asker* asker)
        : commands(std::move(commands)),
          asker(asker),
          deadline(ngx_current_msec + store.realm_.redis->timeout),
          store_(store) {}

    void replied(std::vector<redis::Reply> replies) override {
        store_.replied(*this, std::move(replies));
    }
    void unanswered() override { store_.unanswered(*this); }

    redis::Commands commands;
    redis::Asker* asker;  // null: nobody waits
    ngx_msec_t deadline;
    bool parked = false;
    bool repeated = false;
    List::iterator self;

private:
    MovingStore& store_;
};

MovingStore::MovingStore(const Realm& realm, const ngx_log_t& log, StoreMeter& meter)
    : realm_(realm), log_(log), meter_(meter), timer_(&log_, [this] { tick(); }) {}

MovingStore::~MovingStore() {
    closing_ = true;  // nobody is left to doubt
}

bool MovingStore::ask(redis::Commands commands, redis::Asker& asker) {
    return put(std::move(commands), &asker);
}

void MovingStore::tell(redis::Commands commands) {
    put(std::move(commands), nullptr);
}

bool MovingStore::put(redis::Commands commands, redis::Asker* asker) {
    if (pool_ == nullptr && (hopeless_ || parked_.size() >= redis::kMaxQuestions)) {
        doubt();
        return false;
    }
    asked_.emplace_front(*this, std::move(commands), asker);
    Waiting& waiting = asked_.front();
    waiting.self = asked_.begin();
    if (pool_ == nullptr) {
        park(waiting);
        doubt();
        return true;
    }
    if (send(waiting)) {
        return true;
    }
    asked_.pop_front();
    doubt();
    return false;
}

bool MovingStore::send(Waiting& waiting) {
    return pool_->ask_until(waiting.commands, waiting, waiting.deadline);
}

void MovingStore::forget(const redis::Asker& asker) {
    for (List* list : {&asked_, &parked_}) {
        for (auto next = list->begin(); next != list->end();) {
            const auto waiting = next++;
            if (waiting->asker != &asker) {
                continue;
            }
            if (pool_ != nullptr) {
                pool_->forget(*waiting);
            }
            for (const auto& pool : old_) {
                pool->forget(*waiting);
            }
            list->erase(waiting);
        }
    }
}

void MovingStore::close_all() {
    closing_ = true;
    if (pool_ != nullptr) {
        pool_->close_all();
    }
    old_.clear();
    while (!parked_.empty()) {
        end_unanswered(parked_.front());
    }
    timer_.stop();
    closing_ = false;
}

std::vector<RedisServerPtr> MovingStore::masters() const {
    return server_ == nullptr ? std::vector<RedisServerPtr>() : std::vector{server_};
}

void MovingStore::move_to(RedisServerPtr server, Old old) {
    std::unique_ptr<RedisPool> before = std::move(pool_);
    server_ = std::move(server);
    see(std::hash<std::string>()(server_->name + '\n' + names_of(server_->addresses)) | 1);
    hopeless_ = false;
    leaving_ = false;
    pool_ = std::make_unique<RedisPool>(server_, realm_.redis_connections, log_, meter_);
    pool_->open();
    if (before != nullptr && old == Old::drained) {
        old_.push_back(std::move(before));
    }
    close_old(std::move(before));
    send_parked();
    schedule();
}

void MovingStore::leave() {
    leaving_ = false;
    server_.reset();
    see(0);
    close_old(std::move(pool_));
    schedule();
}

void MovingStore::leave_soon() {
    leaving_ = true;
    timer_.start(0, false);
}

void MovingStore::give_up() {
    hopeless_ = true;
    while (!parked_.empty()) {
        end_unanswered(parked_.front());
    }
}

// Its questions are parked, or told that there is no answer.
void MovingStore::close_old(std::unique_ptr<RedisPool> pool) {
    if (pool != nullptr) {
        pool->close_all();
    }
}

// Not before a connection stands: the server that was named may turn out to be no master.
void MovingStore::send_parked() {
    if (pool_ == nullptr || !pool_->ready()) {
        return;
    }
    List parked = std::exchange(parked_, {});
    while (!parked.empty()) {
        Waiting& waiting = parked.front();
        waiting.parked = false;
        asked_.splice(asked_.begin(), parked, parked.begin());
        if (has_come(waiting.deadline) || !send(waiting)) {
            end_unanswered(waiting);
        }
    }
}

// Only of a store that has a master and replicas: elsewhere nobody else could answer.
bool MovingStore::may_repeat(const Waiting& waiting) const {
    return realm_.redis->master_only && !closing_ && !waiting.repeated &&
           !has_come(waiting.deadline) && parked_.size() < redis::kMaxQuestions;
}

// In the order of their deadlines.
void MovingStore::park(Waiting& waiting) {
    waiting.parked = true;
    auto place = parked_.end();
    while (place != parked_.begin() &&
           static_cast<ngx_msec_int_t>(std::prev(place)->deadline - waiting.deadline) > 0) {
        --place;
    }
    parked_.splice(place, asked_, waiting.self);
    if (parked_.begin() == waiting.self) {
        schedule();
    }
}

redis::Asker* MovingStore::end(Waiting& waiting) {
    redis::Asker* asker = waiting.asker;
    (waiting.parked ? parked_ : asked_).erase(waiting.self);
    return asker;
}

void MovingStore::end_unanswered(Waiting& waiting) {
    if (redis::Asker* asker = end(waiting)) {
        asker->unanswered();
    }
}

// A replica has changed nothing, so that all of it may be sent again.
void MovingStore::replied(Waiting& waiting, std::vector<redis::Reply> replies) {
    if (realm_.redis->master_only && redis::met_replica(replies)) {
        leave_soon();
        doubt();
        if (may_repeat(waiting)) {
            waiting.repeated = true;
            park(waiting);
            return;
        }
    }
    if (redis::Asker* asker = end(waiting)) {
        asker->replied(std::move(replies));
    }
}

void MovingStore::unanswered(Waiting& waiting) {
    if (!closing_) {
        doubt();
    }
    if (may_repeat(waiting) && waiting.asker != nullptr && redis::only_read(waiting.commands)) {
        waiting.repeated = true;
        park(waiting);
        return;
    }
    end_unanswered(waiting);
}

void MovingStore::tick() {
    if (leaving_) {
        leave();
    }
    while (!parked_.empty() && has_come(parked_.front().deadline)) {
        end_unanswered(parked_.front());
    }
    send_parked();
    const auto idle = [](const std::unique_ptr<RedisPool>& pool) { return pool->idle(); };
    old_.erase(std::remove_if(old_.begin(), old_.end(), idle), old_.end());
    schedule();
}

// Who waits keeps a worker that shuts down.
void MovingStore::schedule() {
    if (leaving_) {
        timer_.start(0, false);
        return;
    }
    timer_.stop();
    if (!parked_.empty()) {
        const ngx_msec_t soon = ngx_current_msec + kReady;
        const ngx_msec_t deadline = parked_.front().deadline;
        const bool sooner = static_cast<ngx_msec_int_t>(soon - deadline) < 0;
        timer_.start_at(pool_ != nullptr && sooner ? soon : deadline, false);
    } else if (!old_.empty()) {
        timer_.start(kLook);
    }
}

}  // namespace nginx
