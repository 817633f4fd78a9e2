#include "redis_cluster.hpp"

#include <algorithm>
#include <utility>

namespace nginx {

RedisCluster::RedisCluster(const Realm& realm, const ngx_log_t& log, StoreMeter& meter)
    : realm_(realm),
      meter_(meter),
      log_(log),
      nodes_(realm, log_, meter),
      map_(realm, log_, nodes_, meter, *this),
      later_(&log_, [this] { go_on(); }) {}

RedisCluster::~RedisCluster() {
    close_all();
}

// Whoever waits for a node hears of its end; what waits for no node does so here.
void RedisCluster::close_all() {
    map_.close();
    nodes_.close_all();
    waiting_.clear();
    delayed_.clear();
    for (const auto& [question, own] : questions_) {
        own->give_up();
    }
}

bool RedisCluster::ask(redis::Commands commands, redis::Asker& asker) {
    return send(std::move(commands), &asker);
}

void RedisCluster::tell(redis::Commands commands) {
    send(std::move(commands), nullptr);
}

bool RedisCluster::send(redis::Commands commands, redis::Asker* asker) {
    if (map_.away()) {
        map_.refresh();
        return false;
    }
    auto own = std::make_unique<ClusterQuestion>(ClusterQuestion::Place{nodes_, map_, log_, *this},
                                                 std::move(commands), asker,
                                                 ngx_current_msec + realm_.redis->timeout);
    ClusterQuestion* question = own.get();
    questions_.emplace(question, std::move(own));
    if (map_.slots() == nullptr) {
        question->wait();
        waiting_.push_back(question);
        map_.refresh();
        return true;
    }
    if (question->start()) {
        return true;
    }
    if (asker != nullptr) {
        question->forget(*asker);
    }
    if (question->idle()) {
        over(*question);
    }
    return false;
}

void RedisCluster::forget(const redis::Asker& asker) {
    for (const auto& [question, own] : questions_) {
        own->forget(asker);
    }
}

void RedisCluster::mapped() {
    for (ClusterQuestion* question : std::exchange(waiting_, {})) {
        if (map_.slots() == nullptr || !question->start()) {
            question->give_up();
        }
    }
}

void RedisCluster::delayed(ClusterQuestion& question) {
    delayed_.push_back(&question);
    later_.post();
}

void RedisCluster::over(ClusterQuestion& question) {
    over_.push_back(&question);
    later_.post();
}

void RedisCluster::go_on() {
    for (ClusterQuestion* question : std::exchange(delayed_, {})) {
        question->go_on();
    }
    for (ClusterQuestion* question : std::exchange(over_, {})) {
        waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), question), waiting_.end());
        questions_.erase(question);
    }
}

}  // namespace nginx
