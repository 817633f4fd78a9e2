// A call of the operators' interface on its way: what it asks the store, step by step, and what
// comes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../redis/resp.hpp"
#include "admin_problem.hpp"
#include "admin_request.hpp"
#include "opening.hpp"
#include "policy.hpp"
#include "record.hpp"

namespace session {

struct Moment {
    std::int64_t now = 0;  // Unix time
    std::uint64_t ms = 0;  // of a clock that only goes forward
};

struct AdminAnswer {
    int status = 200;
    std::string json;
};

// What it did in the store, for the zone and the counters to know before anybody is told.
struct AdminEffects {
    std::vector<Ending> ended;
    std::vector<std::pair<std::string, std::string>> marked;  // keys and the marks they hold now
    std::vector<std::string> deleted;                         // keys that hold none any more
    bool issued = false;
    std::vector<std::string> warnings;  // lines for the error log
};

class AdminTask {
public:
    AdminTask() = default;
    virtual ~AdminTask() = default;
    AdminTask(const AdminTask&) = delete;
    AdminTask& operator=(const AdminTask&) = delete;

    // The next commands; none: outcome() is there.
    virtual std::vector<redis::Arguments> next(const Moment& moment) = 0;

    // The replies, as many as there were commands.
    virtual void take(const std::vector<redis::Reply>& replies, const Moment& moment) = 0;

    const std::variant<AdminAnswer, Problem>& outcome() const { return outcome_; }
    const AdminEffects& effects() const { return effects_; }

protected:
    bool over() const { return over_; }
    void answer(std::string json, int status = 200) {
        outcome_ = AdminAnswer{status, std::move(json)};
        over_ = true;
    }
    void fail(Problem problem) {
        outcome_ = std::move(problem);
        over_ = true;
    }

    AdminEffects& own_effects() { return effects_; }

private:
    AdminEffects effects_;
    std::variant<AdminAnswer, Problem> outcome_ = store_away();
    bool over_ = false;
};

// The policy must outlive it. `beginning` and `nonces` are for a session that is to begin.
std::unique_ptr<AdminTask> make_admin_task(const Policy& policy, AdminRequest request,
                                           Beginning beginning, Opening::Nonces nonces);

// Those of each kind.
std::unique_ptr<AdminTask> list_user(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> list_store(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> show_session(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> create_session(const Policy& policy, const AdminRequest& request,
                                          Beginning beginning, Opening::Nonces nonces);
std::unique_ptr<AdminTask> end_one(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> end_user(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> set_mark(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> delete_mark(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> revoke_token(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> set_epoch(const Policy& policy, AdminRequest request);
std::unique_ptr<AdminTask> count_sessions(const Policy& policy);
std::unique_ptr<AdminTask> clean_up(const Policy& policy, AdminRequest request);

}  // namespace session
