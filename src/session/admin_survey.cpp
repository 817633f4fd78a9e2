// Statistics and clean-up: walks over all records, for as long as a request may take.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "../jwt/json_writer.hpp"
#include "admin_records.hpp"
#include "admin_task.hpp"
#include "scripts.hpp"

namespace session {
namespace {

constexpr std::uint64_t kLongest = 5000;  // ms of a walk
constexpr std::size_t kScan = 500;        // keys a SCAN looks at
constexpr std::int64_t kMinute = 60;

// How many different texts there were. In many small sorted lists: one table would have to be
// moved at once as it grows, and the worker would stand still meanwhile.
class Distinct {
public:
    // Whether it is a new one.
    bool add(std::string_view text) {
        const std::uint64_t hash = std::hash<std::string_view>()(text);
        std::vector<std::uint64_t>& part = parts_[hash % kParts];
        const auto place = std::lower_bound(part.begin(), part.end(), hash);
        if (place != part.end() && *place == hash) {
            return false;
        }
        part.insert(place, hash);
        ++count_;
        return true;
    }
    std::int64_t count() const { return count_; }

private:
    static constexpr std::size_t kParts = 1024;

    std::array<std::vector<std::uint64_t>, kParts> parts_;
    std::int64_t count_ = 0;
};

class Survey : public AdminTask {
public:
    Survey(const Policy& policy, std::string cursor)
        : policy_(policy), walk_(policy, std::move(cursor)) {}

    std::vector<redis::Arguments> next(const Moment& moment) override {
        if (over()) {
            return {};
        }
        begun_ = begun_ == 0 ? moment.ms : begun_;
        return walk_.next(kScan);
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        const auto records = walk_.take(replies);
        if (!records) {
            fail(store_away());
            return;
        }
        look_at(*records, moment.now);
        end_if_due(moment);
    }

protected:
    virtual void look_at(const std::vector<SessionRecord>& records, std::int64_t now) = 0;
    virtual void finish() = 0;

    void end_if_due(const Moment& moment) {
        if (walk_.at_end() || (walk_.at_rest() && moment.ms - begun_ >= kLongest)) {
            finish();
        }
    }

    const Policy& policy() const { return policy_; }
    const RecordWalk& walk() const { return walk_; }

private:
    const Policy& policy_;
    RecordWalk walk_;
    std::uint64_t begun_ = 0;
};

class Statistics final : public Survey {
public:
    using Survey::Survey;

private:
    void look_at(const std::vector<SessionRecord>& records, std::int64_t now) override {
        for (const SessionRecord& record : records) {
            if (!sessions_.add(record.user + '\n' + record.id)) {
                continue;
            }
            users_.add(record.user);
            if (!record.tenant.empty()) {
                tenants_.add(record.tenant);
            }
            if (is_expired(record, policy(), now)) {
                ++expired_;
            } else {
                idle_ += std::max<std::int64_t>(now - record.times.active(), 0);
            }
        }
    }

    void finish() override {
        const std::int64_t active = sessions_.count() - expired_;
        // in tenths, rounded
        const std::int64_t tenths =
            active == 0 ? 0 : (idle_ * 10 + active * kMinute / 2) / (active * kMinute);
        jwt::JsonWriter json;
        json.number("total", sessions_.count())
            .number("active", active)
            .number("expired", expired_)
            .number("unique_users", users_.count())
            .number("unique_tenants", tenants_.count())
            .raw("average_idle_minutes",
                 std::to_string(tenths / 10) + "." + std::to_string(tenths % 10))
            .flag("complete", walk().at_end());
        answer(json.line());
    }

    Distinct sessions_;
    Distinct users_;
    Distinct tenants_;
    std::int64_t expired_ = 0;
    std::int64_t idle_ = 0;  // seconds of the active ones, together
};

// What is over is ended like any session: a token of it that lives longer must not come to life
// again because its record is gone.
class Cleanup final : public Survey {
public:
    using Survey::Survey;

    std::vector<redis::Arguments> next(const Moment& moment) override {
        if (over() || expired_.empty()) {
            return Survey::next(moment);
        }
        std::vector<redis::Arguments> commands;
        for (const SessionRecord& record : expired_) {
            commands.push_back(remove(record, moment.now));
        }
        return commands;
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        if (expired_.empty()) {
            Survey::take(replies, moment);
            return;
        }
        if (!std::all_of(replies.begin(), replies.end(), is_done)) {
            fail(store_away());
            return;
        }
        removed_ += static_cast<std::int64_t>(expired_.size());
        expired_.clear();
        end_if_due(moment);
    }

private:
    std::int64_t last_token(const SessionRecord& record, std::int64_t now) const {
        return record.tokens_until.value_or(now + policy().lifetimes.absolute);
    }

    redis::Arguments remove(const SessionRecord& record, std::int64_t now) const {
        return call_script(kEndScript, policy(), record.user, record.id, now,
                           {std::to_string(last_token(record, now))});
    }

    void look_at(const std::vector<SessionRecord>& records, std::int64_t now) override {
        for (const SessionRecord& record : records) {
            if (!is_expired(record, policy(), now)) {
                continue;
            }
            const std::int64_t last = last_token(record, now);
            if (last > now) {
                own_effects().ended.push_back({record.user, record.id, {}, last});
            }
            expired_.push_back(record);
        }
    }

    void finish() override {
        if (!expired_.empty()) {
            return;  // they come first
        }
        jwt::JsonWriter json;
        json.number("removed", removed_)
            .flag("complete", walk().at_end())
            .text_or_null("cursor", walk().at_end() ? "" : write_scan_cursor(walk().cursor()));
        answer(json.line());
    }

    std::vector<SessionRecord> expired_;  // to be removed next
    std::int64_t removed_ = 0;
};

}  // namespace

std::unique_ptr<AdminTask> count_sessions(const Policy& policy) {
    return std::make_unique<Statistics>(policy, "0");
}

std::unique_ptr<AdminTask> clean_up(const Policy& policy, AdminRequest request) {
    return std::make_unique<Cleanup>(policy, std::move(request.scan));
}

}  // namespace session
