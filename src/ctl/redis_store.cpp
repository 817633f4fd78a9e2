// The same calls without an nginx: the rules of "session_admin", on a connection to its Redis.
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>

#include "../redis/greeting.hpp"
#include "../session/admin_task.hpp"
#include "../session/token_endings.hpp"
#include "call.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "realm.hpp"
#include "redis_connection.hpp"

namespace ctl {
namespace {

constexpr std::int64_t kPatience = 5;  // seconds a step
constexpr unsigned long kMostDatabase = 65535;

session::Moment moment() {
    using std::chrono::milliseconds;
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return {std::time(nullptr),
            static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(since).count())};
}

unsigned long read_database(const CommandLine& line) {
    const std::string text = line.value_or("redis-database", "0");
    if (text.empty() || text.size() > 5 ||
        text.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(text) > kMostDatabase) {
        throw usage("--redis-database is a number, not \"" + text + "\"");
    }
    return std::stoul(text);
}

void log_in(const CommandLine& line, unsigned long database, RedisConnection& connection) {
    const std::string user = line.value_or("redis-user", "");
    const auto file = line.value("redis-password-file");
    const std::string password = file ? read_first_line(*file) : "";
    const redis::Login login{user, password, database};
    if (const auto objection = redis::objection(login, connection.ask(redis::greeting(login)))) {
        throw away("redis: " + *objection);
    }
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

Answer run(session::AdminTask& task, RedisConnection& connection) {
    for (auto commands = task.next(moment()); !commands.empty(); commands = task.next(moment())) {
        const auto replies = connection.ask(commands);
        for (const redis::Reply& reply : replies) {
            if (reply.is_error()) {
                throw away("redis: " + reply.text);
            }
        }
        task.take(replies, moment());
    }
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
    explicit RedisPlace(const CommandLine& line)
        : line_(line), policy_(read_policy(line)), database_(read_database(line)) {}

    Answer perform(const Call& call) override {
        const auto request = read_call(call);
        if (const auto* problem = std::get_if<session::Problem>(&request)) {
            return told(*problem);
        }
        const auto& wanted = std::get<session::AdminRequest>(request);
        check_token(policy_, wanted.token);
        const auto task = session::make_admin_task(policy_, wanted, {}, {});
        return run(*task, connection());
    }

private:
    // Once there is something to ask.
    RedisConnection& connection() {
        if (connection_ == nullptr) {
            connection_ = std::make_unique<RedisConnection>(
                line_.required("redis"), line_.span("timeout").value_or(kPatience));
            log_in(line_, database_, *connection_);
        }
        return *connection_;
    }

    const CommandLine& line_;
    const session::Policy policy_;
    const unsigned long database_;
    std::unique_ptr<RedisConnection> connection_;
};

}  // namespace

std::unique_ptr<Place> make_redis_place(const CommandLine& line) {
    return std::make_unique<RedisPlace>(line);
}

}  // namespace ctl
