// The same calls without an nginx: the rules of "session_admin", on a connection to its Redis.
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>

#include "../session/admin_task.hpp"
#include "../session/token_endings.hpp"
#include "call.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "redis.hpp"

namespace ctl {
namespace {

session::Moment moment() {
    using std::chrono::milliseconds;
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return {std::time(nullptr),
            static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(since).count())};
}

std::variant<session::AdminRequest, session::Problem> read_call(const Call& call) {
    auto target = session::find_admin_call(call.method, call.path, true);
    if (auto* problem = std::get_if<session::Problem>(&target)) {
        return std::move(*problem);
    }
    auto request = session::read_admin_query(std::get<session::AdminTarget>(target), call.query);
    auto* good = std::get_if<session::AdminRequest>(&request);
    if (good != nullptr && session::takes_body(good->call)) {
        if (auto problem =
                session::read_admin_body(*good, call.content_type, call.body, std::time(nullptr))) {
            return std::move(*problem);
        }
    }
    return request;
}

Answer told(const session::Problem& problem) {
    return {problem.status, session::problem_json(problem)};
}

// What the location of an nginx hides from who tries tokens, an operator with the keys should know.
void check_token(const session::Policy& policy, const std::string& token) {
    if (!token.empty() && policy.keyring.empty()) {
        throw usage("whose token it is only the keys can tell: --key [ID=]FILE");
    }
    if (!token.empty() && !session::ending_of_token(policy, token, std::time(nullptr))) {
        throw Failure(kRefused, "no key has signed that token: nothing was revoked");
    }
}

Answer answer_of(const session::AdminTask& task) {
    for (const std::string& warning : task.effects().warnings) {
        std::cerr << "session-ctl: warning: " << warning << '\n';
    }
    if (const auto* problem = std::get_if<session::Problem>(&task.outcome())) {
        return told(*problem);
    }
    const auto& answer = std::get<session::AdminAnswer>(task.outcome());
    return {answer.status, answer.json};
}

class RedisPlace final : public Place {
public:
    explicit RedisPlace(const CommandLine& line) : policy_(read_policy(line)), settings_(line) {}

    Answer perform(const Call& call) override {
        const auto request = read_call(call);
        if (const auto* problem = std::get_if<session::Problem>(&request)) {
            return told(*problem);
        }
        const auto& wanted = std::get<session::AdminRequest>(request);
        check_token(policy_, wanted.token);
        const auto task = session::make_admin_task(policy_, wanted, {}, {});
        run(*task);
        return answer_of(*task);
    }

private:
    // Connects once there is something to ask.
    std::vector<redis::Reply> ask(std::vector<redis::Arguments> commands) {
        if (redis_ == nullptr) {
            redis_ = open_redis(settings_);
        }
        std::vector<redis::Reply> replies = redis_->ask(std::move(commands));
        for (const redis::Reply& reply : replies) {
            if (reply.is_error()) {
                throw away("redis: " + reply.text);
            }
        }
        return replies;
    }

    void run(session::AdminTask& task) {
        for (auto commands = task.next(moment()); !commands.empty();
             commands = task.next(moment())) {
            task.take(ask(std::move(commands)), moment());
        }
        const session::AdminEffects& effects = task.effects();
        if (settings_.replicas > 0 && !(effects.ended.empty() && effects.marked.empty())) {
            wait_for_replicas();
        }
    }

    // WAIT is about the last write of its own connection: one that comes behind all others.
    void wait_for_replicas() {
        constexpr std::int64_t kMilliseconds = 1000;
        const auto replies = ask({{"SET", policy_.store_prefix + "waited", "1", "EX", "60"},
                                  {"WAIT", std::to_string(settings_.replicas),
                                   std::to_string(settings_.patience * kMilliseconds)}});
        if (replies.back().integer < settings_.replicas) {
            throw away("redis: only " + std::to_string(replies.back().integer) + " of " +
                       std::to_string(settings_.replicas) + " replicas have it in time");
        }
    }

    const session::Policy policy_;
    const RedisSettings settings_;
    std::unique_ptr<Redis> redis_;
};

}  // namespace

std::unique_ptr<Place> make_redis_place(const CommandLine& line) {
    return std::make_unique<RedisPlace>(line);
}

}  // namespace ctl
