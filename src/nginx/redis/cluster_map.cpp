#include "cluster_map.hpp"

#include <algorithm>
#include <utility>

#include "../bridge.hpp"
#include "../zone/zone.hpp"
#include "store_log.hpp"

namespace nginx {

namespace {

constexpr ngx_msec_t kSoon = 10;      // ms: several signs of one change are one
constexpr ngx_msec_t kSpacing = 100;  // between rounds that signs call for
constexpr ngx_msec_t kPeriod = 5000;
constexpr ngx_msec_t kWatchedPeriod = 1000;  // at the longest, while the masters are watched
constexpr ngx_msec_t kWatch = 1000;          // how long one look lasts

}  // namespace

// One node's answer in a round.
class ClusterMap::Probe final : public redis::Asker {
public:
    Probe(ClusterMap& map, redis::NodeAddress node, bool is_seed)
        : map_(map), node_(std::move(node)), is_seed_(is_seed) {}

    void replied(std::vector<redis::Reply> replies) override {
        replies_ = std::move(replies);
        map_.answered();
    }
    void unanswered() override { map_.answered(); }

    std::optional<redis::ClusterView> view() const { return redis::read_view(replies_, node_); }
    bool is_of(const redis::NodeAddress& node) const { return !is_seed_ && node_ == node; }
    const std::vector<redis::Reply>& replies() const { return replies_; }
    const redis::NodeAddress& node() const { return node_; }

private:
    ClusterMap& map_;
    redis::NodeAddress node_;
    bool is_seed_;
    std::vector<redis::Reply> replies_;  // none: no answer
};

ClusterMap::ClusterMap(const Realm& realm, ngx_log_t& log, ClusterNodes& nodes, StoreMeter& meter,
                       Owner& owner)
    : realm_(realm),
      log_(log),
      nodes_(nodes),
      meter_(meter),
      owner_(owner),
      begun_(ngx_current_msec - kSpacing),
      timer_(&log, [this] { begin(); }),
      end_(&log, [this] { finish(); }) {}

ClusterMap::~ClusterMap() {
    close();
}

void ClusterMap::refresh() {
    if (!probes_.empty()) {
        wanted_ = true;
        return;
    }
    const ngx_msec_t since = ngx_current_msec - begun_;
    schedule(!view_ && !failed_ ? 0 : std::max(kSoon, since < kSpacing ? kSpacing - since : 0));
}

void ClusterMap::schedule(ngx_msec_t wait) {
    timer_.start_by(ngx_current_msec + wait);
}

ngx_msec_t ClusterMap::period() const {
    if (!watched_ || ngx_current_msec - *watched_ > kWatch) {
        return kPeriod;
    }
    const auto stale = static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
    return std::clamp<ngx_msec_t>(stale / 4, kSoon, kWatchedPeriod);
}

ngx_msec_t ClusterMap::confirmed() {
    const bool was_slow = period() == kPeriod;
    watched_ = ngx_current_msec;
    if (was_slow && probes_.empty()) {
        schedule(period());
    }
    return confirmed_;
}

void ClusterMap::begin() {
    if (!probes_.empty() || (ngx_exiting && view_)) {
        return;
    }
    begun_ = ngx_current_msec;
    wanted_ = false;
    if (view_) {
        for (const redis::NodeAddress& master : view_->masters) {
            ask(nodes_.at(master).pool, master, false);
        }
    }
    if (open_ == 0 || failed_) {
        ask_seeds();
    }
    if (open_ == 0) {
        end_.post();
    }
}

bool ClusterMap::ask(RedisPool& pool, const redis::NodeAddress& node, bool is_seed) {
    auto probe = std::make_unique<Probe>(*this, node, is_seed);
    const bool taken = pool.ask(redis::ask_view(), *probe);
    open_ += taken ? 1 : 0;
    probes_.push_back(std::move(probe));
    return taken;
}

void ClusterMap::ask_seeds() {
    if (seeds_.empty()) {
        for (const RedisPlace& place : realm_.redis_places) {
            seeds_.push_back(
                std::make_unique<ClusterSeed>(realm_, place, log_, meter_, [this] { refresh(); }));
        }
    }
    for (const auto& seed : seeds_) {
        if (RedisPool* pool = seed->pool()) {
            ask(*pool, seed->address(), true);
        }
    }
}

bool ClusterMap::seeks_seeds() const {
    return std::any_of(seeds_.begin(), seeds_.end(),
                       [](const auto& seed) { return seed->is_sought(); });
}

// Called by a connection, which nothing may be asked of now.
void ClusterMap::answered() {
    if (--open_ == 0) {
        end_.post();
    }
}

void ClusterMap::finish() {
    std::vector<redis::ClusterView> views;
    for (const auto& probe : probes_) {
        if (auto view = probe->view()) {
            views.push_back(std::move(*view));
        }
    }
    const bool is_early = views.empty() && seeks_seeds();
    failed_ = views.empty() && !is_early;
    if (failed_) {
        complain();
    } else if (!is_early) {
        take(redis::combine(std::move(views)));
    }
    probes_.clear();
    schedule(wanted_ || failed_ || is_early ? kSpacing : period());
    if (!is_early) {
        owner_.mapped();
    }
}

// What is known of the moved slots' keys is asked again: a slot that moves is no deletion.
void ClusterMap::changed() {
    zone_of(realm_).coherence.epoch.fetch_add(1, std::memory_order_acq_rel);
}

void ClusterMap::take(redis::ClusterView view) {
    const bool is_first = !view_;
    const bool has_changed = is_first || !view_->slots.agrees(view.slots);
    view_ = std::move(view);
    complaint_.clear();
    if (has_changed) {
        note_owners();
    }
    if (has_changed && !is_first) {
        changed();
    }
    servers_.clear();
    for (const redis::NodeAddress& master : view_->masters) {
        servers_.push_back(nodes_.at(master).server);
    }
    nodes_.keep(view_->masters);
    seeds_.clear();
    confirm();
}

// A master that was not asked yet is asked at once; one that did not answer, when it is time.
void ClusterMap::confirm() {
    bool all = view_->is_whole;
    for (const redis::NodeAddress& master : view_->masters) {
        const auto probe =
            std::find_if(probes_.begin(), probes_.end(),
                         [&master](const auto& other) { return other->is_of(master); });
        wanted_ = wanted_ || probe == probes_.end();
        all = all && probe != probes_.end() && (*probe)->view();
    }
    if (all) {
        confirmed_ = begun_;
    }
}

// Of nodes that do not answer their connections tell.
void ClusterMap::complain() {
    for (const auto& probe : probes_) {
        if (probe->replies().empty()) {
            continue;
        }
        std::string complaint = redis::complain_of_view(probe->replies());
        if (complaint != complaint_ && StoreLog::own().admits(realm_)) {
            complaint_ = std::move(complaint);
            const ngx_str_t realm = str(realm_.policy.realm);
            const std::string name = probe->node().text();
            const ngx_str_t node = str(name);
            const ngx_str_t text = str(complaint_);
            ngx_log_error(NGX_LOG_ERR, &log_, 0,
                          "session: realm \"%V\" redis %V does not tell its cluster: %V", &realm,
                          &node, &text);
        }
        return;
    }
}

void ClusterMap::note_owners() {
    tags_.clear();
    for (const redis::NodeAddress& master : view_->slots.masters()) {
        tags_.emplace_back(master, view_->slots.tag_of(master));
    }
    owner_.moved(view_->slots.digest());
}

std::vector<std::string> ClusterMap::tags() const {
    std::vector<std::string> all;
    for (const auto& [master, tag] : tags_) {
        all.push_back(tag);
    }
    return all;
}

RedisServerPtr ClusterMap::master_of(unsigned slot) const {
    const redis::NodeAddress* owner = view_ ? view_->slots.owner(slot) : nullptr;
    return owner == nullptr ? nullptr : nodes_.at(*owner).server;
}

std::string ClusterMap::tag_of(unsigned slot) const {
    const redis::NodeAddress* owner = view_ ? view_->slots.owner(slot) : nullptr;
    for (const auto& [master, tag] : tags_) {
        if (owner != nullptr && master == *owner) {
            return tag;
        }
    }
    return {};
}

void ClusterMap::moved(unsigned slot, const redis::NodeAddress& node) {
    const redis::NodeAddress* owner = view_->slots.owner(slot);
    if (owner == nullptr || *owner != node) {
        view_->slots.give(slot, node);
        note_owners();
        changed();
    }
    refresh();
}

void ClusterMap::close() {
    timer_.stop();
    for (const auto& seed : seeds_) {
        seed->close();
    }
}

}  // namespace nginx
