#include "redis_pool.hpp"

#include <algorithm>
#include <utility>

namespace nginx {

RedisPool::RedisPool(RedisServerPtr server, std::size_t connections, const ngx_log_t& log,
                     StoreMeter& meter)
    : server_(std::move(server)), meter_(meter), breaker_(*server_, meter.realm()) {
    links_.reserve(connections);
    while (links_.size() < connections) {
        links_.push_back(std::make_unique<RedisLink>(server_, log, meter, breaker_));
    }
}

void RedisPool::open() {
    for (const auto& link : links_) {
        link->open();
    }
}

bool RedisPool::ask(redis::Commands commands, redis::Asker& asker) {
    return send(std::move(commands), &asker, ngx_current_msec + server_->timeout);
}

bool RedisPool::ask_until(redis::Commands commands, redis::Asker& asker, ngx_msec_t deadline) {
    return send(std::move(commands), &asker, deadline);
}

void RedisPool::tell(redis::Commands commands) {
    send(std::move(commands), nullptr, ngx_current_msec + server_->timeout);
}

bool RedisPool::send(redis::Commands commands, redis::Asker* asker, ngx_msec_t deadline) {
    first_ = (first_ + 1) % links_.size();
    RedisLink* link = choose();
    if (link == nullptr) {
        return false;
    }
    redis::Question question;
    question.commands = std::move(commands);
    question.asker = asker;
    question.deadline = deadline;
    return link->ask(std::move(question));
}

void RedisPool::forget(const redis::Asker& asker) {
    for (const auto& link : links_) {
        link->forget(asker);
    }
}

void RedisPool::close_all() {
    for (const auto& link : links_) {
        link->close();
    }
}

bool RedisPool::ready() const {
    return std::any_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link->ready(); });
}

bool RedisPool::idle() const {
    return std::all_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link->load() == 0; });
}

// The ready link with the fewest questions, else one that is about to be ready. Those that were
// closed while another one probed the node come back.
RedisLink* RedisPool::choose() {
    RedisLink* best = nullptr;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        RedisLink* link = links_[(first_ + i) % links_.size()].get();
        if (!ngx_exiting) {
            link->open();
        }
        if (link->away()) {
            continue;
        }
        const bool better =
            best == nullptr ||
            (link->ready() != best->ready() ? link->ready() : link->load() < best->load());
        if (better) {
            best = link;
        }
    }
    return best;
}

}  // namespace nginx
