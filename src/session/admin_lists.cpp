// Lists of sessions, and one of them.
#include <algorithm>
#include <deque>
#include <utility>

#include "../jwt/json_writer.hpp"
#include "admin_records.hpp"
#include "admin_task.hpp"
#include "keys.hpp"

namespace session {
namespace {

constexpr std::size_t kMostOfUser = 2000;  // sessions of one user that are looked at
constexpr std::size_t kBatch = 200;        // records asked for at once
constexpr std::size_t kMostRounds = 20;    // SCANs a page
constexpr std::size_t kLeastScan = 10;     // keys a SCAN looks at
constexpr std::size_t kMostScan = 1000;

std::string page_json(const std::vector<SessionRecord>& records, std::string_view cursor) {
    std::string list = "[";
    for (const SessionRecord& record : records) {
        list += list.size() == 1 ? "" : ",";
        list += record_json(record);
    }
    return jwt::JsonWriter().raw("sessions", list + "]").text_or_null("cursor", cursor).line();
}

bool is_wanted(const SessionRecord& record, const AdminRequest& request, const Policy& policy,
               std::int64_t now) {
    return (request.tenant.empty() || record.tenant == request.tenant) &&
           !is_expired(record, policy, now);
}

// The index is in the order of expiry, which every refresh changes: so all are read, and a page is
// cut out of them by what never changes. Pages fit together whatever happens between them.
class UserList final : public AdminTask {
public:
    UserList(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        if (!indexed_) {
            return {{"ZREVRANGE", user_key(policy_.store_prefix, request_.user), "0",
                     std::to_string(kMostOfUser - 1)}};
        }
        std::vector<redis::Arguments> commands;
        for (std::size_t i = 0; i < std::min(ids_.size(), kBatch); ++i) {
            commands.push_back(
                read_session_record(data_key(policy_.store_prefix, request_.user, ids_[i])));
        }
        return commands;
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        const bool failed = std::any_of(
            replies.begin(), replies.end(),
            [](const redis::Reply& reply) { return reply.type != redis::Reply::Type::array; });
        if (failed) {
            fail(store_away());
            return;
        }
        if (!indexed_) {
            indexed_ = true;
            for (const redis::Reply& id : replies.front().elements) {
                ids_.push_back(id.text);
            }
        } else {
            take_records(replies, moment.now);
        }
        if (ids_.empty()) {
            finish();
        }
    }

private:
    void take_records(const std::vector<redis::Reply>& replies, std::int64_t now) {
        for (const redis::Reply& reply : replies) {
            auto record = session_record(request_.user, ids_.front(), reply);
            ids_.pop_front();
            if (record && is_wanted(*record, request_, policy_, now) && is_behind(*record)) {
                records_.push_back(std::move(*record));
            }
        }
    }

    bool is_behind(const SessionRecord& record) const {
        if (!request_.behind) {
            return true;
        }
        SessionRecord last;
        last.created_us = request_.behind->created_us;
        last.id = request_.behind->id;
        return is_newer(last, record);
    }

    void finish() {
        std::sort(records_.begin(), records_.end(), is_newer);
        std::string cursor;
        if (records_.size() > request_.limit) {
            records_.resize(request_.limit);
            cursor = write_cursor({records_.back().created_us, records_.back().id});
        }
        answer(page_json(records_, cursor));
    }

    const Policy& policy_;
    AdminRequest request_;
    bool indexed_ = false;
    std::deque<std::string> ids_;  // whose records are still to be read
    std::vector<SessionRecord> records_;
};

// A page of all sessions takes a bounded number of steps: it may have fewer sessions than asked
// for, or none, and still not be the last one.
class StoreList final : public AdminTask {
public:
    StoreList(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)), walk_(policy, request_.scan) {}

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        rounds_ += walk_.at_rest() || rounds_ == 0 ? 1 : 0;
        return walk_.next(to_look_at());
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        auto read = walk_.take(replies);
        if (!read) {
            fail(store_away());
            return;
        }
        for (SessionRecord& record : *read) {
            if (is_wanted(record, request_, policy_, moment.now)) {
                records_.push_back(std::move(record));
            }
        }
        if (walk_.at_end() ||
            (walk_.at_rest() && (records_.size() >= request_.limit || rounds_ >= kMostRounds))) {
            sort_out();
            answer(page_json(records_, walk_.at_end() ? "" : write_scan_cursor(walk_.cursor())));
        }
    }

private:
    void sort_out() {
        std::sort(records_.begin(), records_.end(), is_newer);
        const auto is_same = [](const SessionRecord& one, const SessionRecord& other) {
            return one.id == other.id && one.user == other.user;
        };
        records_.erase(std::unique(records_.begin(), records_.end(), is_same), records_.end());
    }

    // As many keys as hold what is missing, if sessions are among the others as they were so far.
    std::size_t to_look_at() const {
        const std::size_t missing =
            request_.limit > records_.size() ? request_.limit - records_.size() : 1;
        const std::size_t keys = walk_.looked_at() == 0 ? missing
                                 : records_.empty()     ? kMostScan
                                                    : missing * walk_.looked_at() / records_.size();
        return std::clamp(keys, kLeastScan, kMostScan);
    }

    const Policy& policy_;
    AdminRequest request_;
    RecordWalk walk_;
    std::size_t rounds_ = 0;
    std::vector<SessionRecord> records_;
};

class Show final : public AdminTask {
public:
    Show(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        return {
            read_session_record(data_key(policy_.store_prefix, request_.user, request_.id)),
        };
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        if (!is_record_reply(replies.front())) {
            fail(store_away());
            return;
        }
        const auto record = session_record(request_.user, request_.id, replies.front());
        if (record) {
            answer(record_json(*record, request_.connections) + "\n");
            return;
        }
        Problem problem;
        problem.status = 404;
        problem.detail = "the user has no such session";
        fail(problem);
    }

private:
    const Policy& policy_;
    AdminRequest request_;
};

}  // namespace

std::unique_ptr<AdminTask> list_user(const Policy& policy, AdminRequest request) {
    return std::make_unique<UserList>(policy, std::move(request));
}

std::unique_ptr<AdminTask> list_store(const Policy& policy, AdminRequest request) {
    return std::make_unique<StoreList>(policy, std::move(request));
}

std::unique_ptr<AdminTask> show_session(const Policy& policy, AdminRequest request) {
    return std::make_unique<Show>(policy, std::move(request));
}

}  // namespace session
