#include "session_survey.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "../../jwt/claims.hpp"
#include "../../jwt/document.hpp"
#include "../../session/admin_task.hpp"
#include "../bridge.hpp"
#include "../work_slice.hpp"
#include "../worker.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kRest = 10000;   // ms between two looks, and at least …
constexpr ngx_msec_t kShare = 10;     // … so many times as long as one takes
constexpr ngx_msec_t kLease = 15000;  // of one who may have died; longer than a look may take

class Survey final : public redis::Asker {
public:
    explicit Survey(const Realm& realm);
    ~Survey();
    Survey(const Survey&) = delete;
    Survey& operator=(const Survey&) = delete;

    const Realm& realm() const { return realm_; }
    bool over() const { return task_ == nullptr; }

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    static void on_event(ngx_event_t* event) noexcept;

    // Others come first: an answer of the zone is there at once.
    void post() { ngx_post_event(&event_, &ngx_posted_next_events); }
    void step();
    void ask();
    void keep();

    const Realm& realm_;
    std::unique_ptr<session::AdminTask> task_;
    ngx_msec_t begun_;
    bool asking_ = false;
    std::vector<redis::Reply> replies_;
    ngx_event_t event_{};
};

// A worker's own, as its stores.
std::vector<std::unique_ptr<Survey>> surveys;

SharedSurvey& shared(const Realm& realm) {
    return zone_of(realm).survey;
}

session::Moment moment() {
    return {ngx_time(), ngx_current_msec};
}

Survey::Survey(const Realm& realm)
    : realm_(realm), task_(session::count_sessions(realm.policy)), begun_(ngx_current_msec) {
    event_.data = this;
    event_.handler = on_event;
    event_.log = ngx_cycle->log;
    post();
}

Survey::~Survey() {
    if (asking_) {
        store_of(realm_).forget(*this);
    }
    if (event_.posted) {
        ngx_delete_posted_event(&event_);
    }
}

// From inside a connection's read nothing more is asked.
void Survey::replied(std::vector<redis::Reply> replies) {
    asking_ = false;
    replies_ = std::move(replies);
    post();
}

// Another time.
void Survey::unanswered() {
    asking_ = false;
    task_.reset();
}

void Survey::on_event(ngx_event_t* event) noexcept {
    auto* survey = static_cast<Survey*>(event->data);
    if (!guarded(event->log, false, [survey] {
            survey->step();
            return true;
        })) {
        survey->task_.reset();
    }
}

// What the zone answers at once is taken at once, for a slice of work.
void Survey::step() {
    const WorkSlice slice(1);
    do {
        if (event_.posted) {
            ngx_delete_posted_event(&event_);
        }
        const std::vector<redis::Reply> replies = std::exchange(replies_, {});
        if (!replies.empty()) {
            task_->take(replies, moment());
        }
        ask();
    } while (event_.posted && !slice.over());
}

void Survey::ask() {
    std::vector<redis::Arguments> commands = task_->next(moment());
    if (commands.empty()) {
        keep();
        task_.reset();
        return;
    }
    asking_ = true;
    if (!store_of(realm_).ask(std::move(commands), *this)) {
        unanswered();
    }
}

// Numbers of a part of the store would be wrong ones.
void Survey::keep() {
    SharedSurvey& all = shared(realm_);
    const ngx_msec_t took = ngx_current_msec - begun_;
    all.due.store(ngx_current_msec + std::max(kRest, took * kShare), std::memory_order_release);
    const auto* answer = std::get_if<session::AdminAnswer>(&task_->outcome());
    const auto found = answer == nullptr ? std::nullopt : jwt::Document::parse(answer->json);
    const auto claims = answer == nullptr ? std::nullopt : jwt::Claims::parse(answer->json);
    if (!found || !claims || found->boolean("complete") != true) {
        return;
    }
    const auto number = [&found](const char* name) {
        return static_cast<std::uint64_t>(found->integer(name).value_or(0));
    };
    all.active.store(number("active"), std::memory_order_relaxed);
    all.expired.store(number("expired"), std::memory_order_relaxed);
    all.users.store(number("unique_users"), std::memory_order_relaxed);
    all.tenants.store(number("unique_tenants"), std::memory_order_relaxed);
    const double idle = claims->number("average_idle_minutes").value_or(0);
    all.idle_tenths.store(static_cast<std::uint64_t>(std::llround(idle * 10)),
                          std::memory_order_relaxed);
    all.taken.store(ngx_current_msec, std::memory_order_release);
}

bool has_sessions(const Realm& realm) {
    return realm.used && (realm.policy.asks_store() || realm.policy.has_opaque());
}

// One of the workers, whoever comes first.
bool take_turn(const Realm& realm) {
    std::atomic<std::uint64_t>& due = shared(realm).due;
    std::uint64_t until = due.load(std::memory_order_acquire);
    return until <= ngx_current_msec &&
           due.compare_exchange_strong(until, ngx_current_msec + kLease);
}

void begin(const Realm& realm) {
    surveys.erase(std::remove_if(surveys.begin(), surveys.end(),
                                 [](const auto& survey) { return survey->over(); }),
                  surveys.end());
    surveys.push_back(std::make_unique<Survey>(realm));
}

}  // namespace

std::optional<status::Sessions> count_sessions(const Realm& realm) {
    if (!has_sessions(realm)) {
        return std::nullopt;
    }
    if (!ngx_exiting && take_turn(realm)) {
        begin(realm);
    }
    const SharedSurvey& all = shared(realm);
    const std::uint64_t taken = all.taken.load(std::memory_order_acquire);
    if (taken == 0) {
        return std::nullopt;
    }
    status::Sessions sessions;
    sessions.active = all.active.load(std::memory_order_relaxed);
    sessions.expired = all.expired.load(std::memory_order_relaxed);
    sessions.users = all.users.load(std::memory_order_relaxed);
    sessions.tenants = all.tenants.load(std::memory_order_relaxed);
    sessions.idle_minutes =
        static_cast<double>(all.idle_tenths.load(std::memory_order_relaxed)) / 10;
    sessions.age_ms = ngx_current_msec - taken;
    return sessions;
}

void close_surveys() noexcept {
    surveys.clear();
}

void close_survey(const Realm& realm) noexcept {
    surveys.erase(
        std::remove_if(surveys.begin(), surveys.end(),
                       [&realm](const auto& survey) { return &survey->realm() == &realm; }),
        surveys.end());
}

}  // namespace nginx
