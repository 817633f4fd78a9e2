#include "sentinel_link.hpp"

#include <algorithm>
#include <utility>

#include "../time.hpp"
#include "named_server.hpp"
#include "redis_log.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kRound = 1000;      // ms, between two questions
constexpr ngx_msec_t kDoubtRound = 100;  // the same while the master is doubted
constexpr ngx_msec_t kSilence = 1000;    // after which a sentinel counts as stuck
constexpr ngx_msec_t kPatience = 2000;   // with one whose master is doubted
constexpr ngx_msec_t kFirstWait = 50;    // after all of them have failed
constexpr ngx_msec_t kLongestWait = 1000;

// Doubles, a quarter more or less: workers must not come back in step.
ngx_msec_t time_to_wait(ngx_uint_t rounds) {
    const ngx_msec_t time = std::min(kFirstWait << std::min<ngx_uint_t>(rounds, 5), kLongestWait);
    return time - time / 4 + static_cast<ngx_msec_t>(ngx_random()) % (time / 2 + 1);
}

}  // namespace

// A sentinel as the configuration names it, and where its name leads.
class SentinelLink::Seat final {
public:
    Seat(const Realm& realm, const RedisPlace& place, const ngx_log_t& log)
        : named_(named(*realm.sentinel, place)),
          server_(realm, named_, log),
          log_(*named_, realm, log) {}

    const RedisServerPtr& server() const { return server_.now(); }
    RedisLog& log() { return log_; }

    void open() { server_.open(); }
    void close() { server_.close(); }

private:
    static RedisServerPtr named(const RedisServer& like, RedisPlace place) {
        place.name = "sentinel " + place.name;
        return server_at(like, std::move(place));
    }

    const RedisServerPtr named_;
    NamedServer server_;
    RedisLog log_;
};

SentinelLink::SentinelLink(const Realm& realm, const ngx_log_t& log, Owner& owner)
    : realm_(realm), log_(log), owner_(owner), timer_(&log_, [this] { tick(); }) {
    for (const RedisPlace& place : realm.redis_places) {
        seats_.push_back(std::make_unique<Seat>(realm, place, log));
    }
    // The workers share the sentinels.
    seat_ = static_cast<std::size_t>(ngx_random()) % seats_.size();
}

SentinelLink::~SentinelLink() {
    close();
}

void SentinelLink::open() {
    if (state_ == State::closed) {
        for (const auto& seat : seats_) {
            seat->open();
        }
        connect();
    }
}

void SentinelLink::close() {
    disconnect();
    state_ = State::closed;
    timer_.stop();
    for (const auto& seat : seats_) {
        seat->close();
    }
}

void SentinelLink::ask_now() {
    if (state_ == State::closed) {
        state_ = State::waiting;
        due_ = ngx_current_msec;
        schedule();
        return;
    }
    if (!is_doubted()) {
        doubted_ = ngx_current_msec;
    }
    last_doubt_ = ngx_current_msec;
    if (state_ == State::listening && !conversation_->waiting()) {
        const ngx_msec_t soon = asked_ + kDoubtRound;
        if (static_cast<ngx_msec_int_t>(soon - due_) < 0) {
            due_ = soon;
            schedule();
        }
    }
}

// Still.
bool SentinelLink::is_doubted() const {
    return doubted_ && !has_come(last_doubt_ + kRound);
}

void SentinelLink::tick() {
    due_ = ngx_current_msec + kLongestWait;
    schedule();  // whatever happens now
    look();
}

void SentinelLink::look() {
    switch (state_) {
        case State::closed:
            timer_.stop();
            return;
        case State::waiting:
            ngx_exiting ? close() : connect();
            return;
        case State::connecting:
            broken("timed out", 0);
            return;
        case State::listening:
            break;
    }
    if (conversation_->waiting()) {
        broken("timed out", 0);
    } else if (is_doubted() && has_come(*doubted_ + kPatience)) {
        doubted_.reset();
        disconnect();
        next_seat();
        connect();
    } else {
        ask();
    }
}

void SentinelLink::ask() {
    asked_ = ngx_current_msec;
    conversation_->ask();
    stream_->send_soon();
    due_ = asked_ + kSilence;
    schedule();
}

void SentinelLink::connect() {
    Seat& seat = *seats_[seat_];
    server_ = seat.server();
    state_ = State::connecting;
    asked_ = ngx_current_msec;
    due_ = asked_ + server_->connect_timeout;
    refusal_.clear();
    if (server_->addresses.empty()) {
        go_on();  // its name is not resolved yet
        return;
    }
    schedule();
    address_ %= server_->addresses.size();
    conversation_ = std::make_unique<redis::Sentinel>(login_of(*server_), realm_.master, *this);
    stream_ = std::make_unique<RedisStream>(*server_, *conversation_, seat.log(), *this);
    stream_->open(server_->addresses[address_]);
}

void SentinelLink::disconnect() {
    heard_ = false;
    if (stream_ != nullptr) {
        stream_->close();
    }
}

void SentinelLink::next_seat() {
    address_ = 0;
    seat_ = (seat_ + 1) % seats_.size();
}

void SentinelLink::broken(std::string_view reason, ngx_err_t error) {
    seats_[seat_]->log().lost(refusal_.empty() ? reason : std::string_view(refusal_),
                              refusal_.empty() ? error : 0);
    go_on();
}

// The next address, the next sentinel, or, where all have failed, nothing for a while. It is the
// timer that connects: the conversation that was broken may be what called.
void SentinelLink::go_on() {
    const bool was_listening = state_ == State::listening;
    disconnect();
    state_ = State::waiting;
    due_ = ngx_current_msec;
    if (was_listening || ++address_ >= server_->addresses.size()) {
        next_seat();
        if (++failed_ >= seats_.size() && !was_listening) {
            failed_ = 0;
            due_ += time_to_wait(rounds_++);
            schedule();
            owner_.nobody_knows();
            return;
        }
    }
    schedule();
}

void SentinelLink::master_is(std::string_view host, std::uint16_t port) {
    Master master{std::string(host), port};
    if (!said_ || !(*said_ == master)) {
        doubted_.reset();
    }
    said_ = std::move(master);
    heard_ = true;
}

bool SentinelLink::received() {
    if (!conversation_->unsent().empty()) {
        stream_->send_soon();
    }
    if (!conversation_->waiting()) {
        if (state_ == State::connecting) {
            state_ = State::listening;
            seats_[seat_]->log().restored();
            stream_->settle();
            stream_->set_idle(true);
            failed_ = 0;
            rounds_ = 0;
        }
        due_ = asked_ + (is_doubted() ? kDoubtRound : kRound);
        schedule();
    }
    if (std::exchange(heard_, false)) {
        owner_.master_is(said_->host, said_->port);
    }
    return state_ != State::closed;
}

void SentinelLink::schedule() {
    timer_.start_at(due_);
}

}  // namespace nginx
