#include "cluster_question.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "../time.hpp"

namespace nginx {

namespace {

// Errors after which the map may be another one.
bool tells_of_change(const redis::Reply& reply) {
    constexpr std::array<std::string_view, 4> kWords = {"CLUSTERDOWN", "MOVED", "READONLY",
                                                        "MASTERDOWN"};
    return reply.is_error() &&
           std::any_of(kWords.begin(), kWords.end(), [&reply](std::string_view word) {
               return reply.text.compare(0, word.size(), word) == 0;
           });
}

}  // namespace

// What one node was asked.
class ClusterQuestion::Part final : public redis::Asker {
public:
    Part(ClusterQuestion& question, ClusterNode& node, redis::Scatter::Units units, bool asking)
        : question_(question), node_(node), units_(std::move(units)), asking_(asking) {}

    void replied(std::vector<redis::Reply> replies) override {
        --node_.waiting;
        question_.take(*this, std::move(replies));
    }
    void unanswered() override {
        --node_.waiting;
        question_.take(*this, {});
    }

    const redis::NodeAddress& node() const { return node_.address; }
    const redis::Scatter::Units& units() const { return units_; }
    bool asking() const { return asking_; }

private:
    ClusterQuestion& question_;
    ClusterNode& node_;
    redis::Scatter::Units units_;
    bool asking_;
};

ClusterQuestion::ClusterQuestion(const Place& place, redis::Commands commands, redis::Asker* asker,
                                 ngx_msec_t deadline)
    : place_(place), commands_(std::move(commands)), asker_(asker), deadline_(deadline) {}

ClusterQuestion::~ClusterQuestion() = default;

bool ClusterQuestion::start() {
    if (failed_) {
        return false;
    }
    const redis::SlotMap& map = *place_.map.slots();
    scatter_ = redis::Scatter::of(commands_.list(), map);
    const auto groups = scatter_ ? scatter_->by_master(map) : std::nullopt;
    bool sent = groups.has_value();
    for (std::size_t i = 0; sent && i < groups->size(); ++i) {
        const auto& [master, units] = (*groups)[i];
        sent = send(place_.nodes.at(master), units, false);
    }
    if (!sent) {
        failed_ = true;
        place_.map.refresh();
    }
    return sent;
}

void ClusterQuestion::wait() {
    timer_.emplace(&place_.log, [this] { give_up(); });
    timer_->start_at(deadline_, false);
}

bool ClusterQuestion::send(ClusterNode& node, redis::Scatter::Units units, bool asking) {
    std::vector<redis::Arguments> commands = scatter_->commands(units, asking);
    parts_.emplace_back(*this, node, std::move(units), asking);
    if (!node.pool.ask(std::move(commands), parts_.back())) {
        parts_.pop_back();
        return false;
    }
    ++node.waiting;
    ++open_;
    return true;
}

void ClusterQuestion::take(const Part& part, std::vector<redis::Reply> replies) {
    --open_;
    if (replies.empty() || std::any_of(replies.begin(), replies.end(), tells_of_change)) {
        place_.map.refresh();
    }
    if (replies.empty()) {
        failed_ = true;
    } else {
        for (const auto& onward : scatter_->take(part.units(), part.asking(), std::move(replies),
                                                 part.node(), *place_.map.slots())) {
            delay(onward);
        }
    }
    settle();
}

// Units for the same node leave together, as they came.
void ClusterQuestion::delay(const redis::Scatter::Onward& onward) {
    const bool asking = onward.where.ask;
    const auto same = std::find_if(delayed_.begin(), delayed_.end(), [&](const Delayed& other) {
        return other.node == onward.where.to && other.node.name == onward.where.to.name &&
               other.asking == asking;
    });
    if (same != delayed_.end()) {
        same->units.push_back(onward.unit);
    } else {
        delayed_.push_back({{onward.unit}, onward.where.to, asking});
    }
    const ClusterNode* node = asking ? nullptr : find(onward.where.to);
    if (node != nullptr) {
        place_.map.moved(onward.where.slot, node->address);
    }
}

// Null: said by a name that nobody knows, which is no place to go to.
ClusterNode* ClusterQuestion::find(const redis::NodeAddress& address) {
    return address.host.empty() ? place_.nodes.find(address) : &place_.nodes.at(address);
}

// Answered, failed, or to be sent on.
void ClusterQuestion::settle() {
    if (failed_) {
        give_up();
    } else if (!delayed_.empty()) {
        if (!timer_) {
            wait();
        }
        place_.owner.delayed(*this);
    } else if (scatter_->answered()) {
        redis::Asker* asker = std::exchange(asker_, nullptr);
        place_.owner.over(*this);
        if (asker != nullptr) {
            asker->replied(scatter_->replies());
        }
    }
}

void ClusterQuestion::go_on() {
    for (Delayed& delayed : std::exchange(delayed_, {})) {
        ClusterNode* node = failed_ || has_come(deadline_) ? nullptr : find(delayed.node);
        if (node == nullptr || !send(*node, std::move(delayed.units), delayed.asking)) {
            failed_ = true;
        }
    }
    if (failed_) {
        place_.map.refresh();
        give_up();
    }
}

// Who is asked already answers all the same, to nobody.
void ClusterQuestion::give_up() {
    failed_ = true;
    delayed_.clear();
    redis::Asker* asker = std::exchange(asker_, nullptr);
    if (idle()) {
        place_.owner.over(*this);
    }
    if (asker != nullptr) {
        asker->unanswered();
    }
}

void ClusterQuestion::forget(const redis::Asker& asker) {
    if (asker_ == &asker) {
        asker_ = nullptr;
    }
}

}  // namespace nginx
