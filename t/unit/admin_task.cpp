#include "../../src/session/admin_task.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../../src/session/scripts.hpp"
#include "mint.hpp"
#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using session::AdminAnswer;
using session::AdminCall;
using session::AdminRequest;
using session::AdminTask;
using session::Moment;
using session::Policy;
using session::Problem;

namespace {

constexpr std::int64_t kNow = 1700000000;
constexpr Moment kMoment = {kNow, 1000};

Policy policy_of() {
    Policy policy;
    policy.lifetimes.access = 900;
    policy.lifetimes.absolute = 10000;
    jwt::KeyOptions options;
    options.id = "v1";
    policy.keyring.add(mint::read_key(options, "0123456789012345678901234567890123456789"));
    return policy;
}

AdminRequest request_of(AdminCall call, const char* user = "42", const char* id = "s1") {
    AdminRequest request;
    request.call = call;
    request.user = user;
    request.id = id;
    return request;
}

std::unique_ptr<AdminTask> task_of(const Policy& policy, const AdminRequest& request) {
    session::Beginning beginning;
    beginning.id = "new";
    beginning.now = kNow;
    return session::make_admin_task(policy, request, beginning, {"token", "nonce"});
}

// The answer to the one question that the task asks.
AdminTask& answered(AdminTask& task, const Reply& reply) {
    REQUIRE(task.next(kMoment).size() == 1);
    task.take({reply}, kMoment);
    CHECK(task.next(kMoment).empty());
    return task;
}

int status_of(const AdminTask& task) {
    const auto* problem = std::get_if<Problem>(&task.outcome());
    return problem != nullptr ? problem->status : std::get<AdminAnswer>(task.outcome()).status;
}

std::string json_of(const AdminTask& task) {
    return std::get<AdminAnswer>(task.outcome()).json;
}

}  // namespace

TEST_CASE("until the store has answered it is away") {
    const Policy policy = policy_of();
    for (int call = 0; call <= static_cast<int>(AdminCall::cleanup); ++call) {
        AdminRequest request = request_of(static_cast<AdminCall>(call));
        request.before = kNow;
        const auto task = task_of(policy, request);
        CHECK_FALSE(task->next(kMoment).empty());
        CHECK(status_of(*task) == 503);
        CHECK(task->effects().marked.empty());
    }
}

TEST_CASE("a mark lives as long as a token that it is about") {
    const Policy policy = policy_of();
    AdminRequest request = request_of(AdminCall::mark);
    request.before = kNow + 30;
    const auto task = task_of(policy, request);
    CHECK(task->next(kMoment).front() ==
          Arguments{"SET", "session:stale:{42}", "1700000030", "EX", "10090"});
    answered(*task, replies::status("OK"));
    CHECK(json_of(*task) == "{\"user\":\"42\",\"before\":1700000030}\n");
    CHECK(task->effects().marked.front().second == "1700000030");

    request.before.reset();
    const auto gone = task_of(policy, request);
    CHECK(gone->next(kMoment).front() == Arguments{"SET", "session:stale:{42}", "*"});
    answered(*gone, replies::status("OK"));
    CHECK(json_of(*gone) == "{\"user\":\"42\",\"deleted\":true}\n");
}

TEST_CASE("only what the store says counts") {
    const Policy policy = policy_of();
    AdminRequest request = request_of(AdminCall::epoch);
    request.before = kNow;
    for (const Reply& reply : {replies::nil(), replies::string("OK"), replies::integer(1),
                               replies::error(), replies::status("QUEUED")}) {
        for (const AdminCall call : {AdminCall::epoch, AdminCall::mark, AdminCall::end_all}) {
            request.call = call;
            const auto task = task_of(policy, request);
            CHECK(status_of(answered(*task, reply)) == 503);
            CHECK(task->effects().marked.empty());
        }
    }
}

TEST_CASE("a session without a record is revoked for as long as one may live") {
    const Policy policy = policy_of();
    for (const bool known : {true, false}) {
        const auto task = task_of(policy, request_of(AdminCall::end));
        CHECK(task->next(kMoment).front() ==
              Arguments{"HGET", "session:data:{42}:s1", "tokens_until"});
        task->take({known ? replies::string("1700000500") : replies::nil()}, kMoment);
        const std::vector<Arguments> commands = task->next(kMoment);
        REQUIRE(commands.size() == 1);
        CHECK(commands[0][10] == std::to_string(kNow + (known ? 900 : 10000)));
        answered(*task, replies::words({"ended"}));
        CHECK(status_of(*task) == 200);
        CHECK(task->effects().ended.front().id == "s1");
    }
}

TEST_CASE("a token that is none needs no store") {
    const Policy policy = policy_of();
    AdminRequest request = request_of(AdminCall::revoke);
    request.token = "x";
    const auto task = task_of(policy, request);
    CHECK(task->next(kMoment).empty());
    CHECK(json_of(*task) == "{\"revoked\":true}\n");
    CHECK(task->effects().ended.empty());
}

TEST_CASE("a session begins behind the epochs") {
    Policy policy = policy_of();
    const auto task = task_of(policy, request_of(AdminCall::create));
    CHECK(task->next(kMoment) == std::vector<Arguments>{{"GET", "session:epoch"}});
    task->take({replies::string(std::to_string(kNow))}, kMoment);
    const std::vector<Arguments> create = task->next(kMoment);
    REQUIRE(create.size() == 1);
    CHECK(create[0][10] == std::to_string(kNow + 1));
    answered(*task, replies::words({"created", std::to_string(kNow + 1)}));
    CHECK(status_of(*task) == 201);
    CHECK(task->effects().issued);
    CHECK(json_of(*task).find("\"access_expires_in\":900") != std::string::npos);

    const auto late = task_of(policy, request_of(AdminCall::create));
    CHECK(status_of(answered(*late, replies::string(std::to_string(kNow + 5)))) == 403);
    CHECK_FALSE(late->effects().issued);

    policy.keyring = jwt::Keyring();
    const auto unsigned_task = task_of(policy, request_of(AdminCall::create));
    CHECK(unsigned_task->next(kMoment).empty());
    CHECK(status_of(*unsigned_task) == 501);
}

TEST_CASE("a walk ends where its time is over, and says where to go on") {
    const Policy policy = policy_of();
    const auto scanned = [](const char* cursor) {
        return replies::array({replies::string(cursor), replies::array({})});
    };
    for (const AdminCall call : {AdminCall::stats, AdminCall::cleanup}) {
        const auto task = task_of(policy, request_of(call));
        CHECK(task->next({kNow, 1000}).size() == 1);
        task->take({scanned("5")}, {kNow, 5999});
        CHECK(task->next({kNow, 5999}).size() == 1);
        task->take({scanned("9")}, {kNow, 6000});
        CHECK(task->next({kNow, 6000}).empty());
        CHECK(json_of(*task).find("\"complete\":false") != std::string::npos);
        if (call == AdminCall::cleanup) {
            CHECK(json_of(*task).find(session::write_scan_cursor("9")) != std::string::npos);
        }
    }
}
