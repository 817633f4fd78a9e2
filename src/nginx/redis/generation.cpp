#include "generation.hpp"

#include <utility>

#include "../../session/hash.hpp"
#include "../../session/keys.hpp"
#include "../bridge.hpp"
#include "../random.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

using redis::Reply;

constexpr ngx_msec_t kTick = 100;       // ms
constexpr ngx_msec_t kSoon = 10;        // ms, while the store is in doubt
constexpr ngx_msec_t kInterval = 1000;  // ms, between looks where nothing has happened
constexpr ngx_msec_t kShortest = 200;   // ms, between looks of all workers

std::uint64_t number_of(std::string_view text) {
    return session::digest_of(text, "")[0] | 1;
}

// Which process the server is: of a line that is long itself, as much as tells it from others.
constexpr std::string_view kRun =
    "return string.sub(string.match(redis.call('INFO','server'),'run_id:(%w+)'),1,12)";
constexpr std::size_t kIdLength = 11;  // 66 random bits

}  // namespace

Generation::Generation(const Realm& realm, RedisStore& store, const ngx_log_t& log)
    : realm_(realm), store_(store), log_(log), timer_(&log_, [this] { on_time(); }) {
    if (realm_.policy.asks_lists()) {
        begin();
        timer_.start(1);
    }
}

Generation::~Generation() {
    store_.forget(*this);
}

// What was known of another server is nothing to this one.
void Generation::begin() {
    cache::Generations& state = shared();
    std::uint64_t server = state.server.load(std::memory_order_acquire);
    if (server == realm_.server_number ||
        !state.server.compare_exchange_strong(server, realm_.server_number)) {
        return;
    }
    for (cache::Generation& node : state.nodes) {
        node.value.store(0, std::memory_order_release);
        node.run.store(0, std::memory_order_release);
    }
    state.era.fetch_add(1, std::memory_order_acq_rel);
    state.doubts.fetch_add(1, std::memory_order_acq_rel);
}

cache::Generations& Generation::shared() const {
    return zone_of(realm_).generations;
}

cache::Generation* Generation::of(std::string_view tag) const {
    return shared().find(number_of(key(tag)));
}

std::uint64_t Generation::known(std::string_view tag) const {
    const cache::Generation* own = of(tag);
    return own == nullptr ? 0 : own->value.load(std::memory_order_acquire);
}

std::string Generation::key(std::string_view tag) const {
    return session::generation_key(realm_.policy.store_prefix, tag);
}

std::uint32_t Generation::era() {
    follow_view();
    return static_cast<std::uint32_t>(shared().era.load(std::memory_order_acquire) ^ view_);
}

redis::Arguments Generation::question(std::string_view key) const {
    return {"GET", this->key(store_.tag_of(key))};
}

// After a reload that named another server old workers say no more.
bool Generation::is_current() const {
    return shared().server.load(std::memory_order_acquire) == realm_.server_number;
}

bool Generation::holds(std::string_view key, const Reply& reply, std::uint32_t asked_in) {
    if (!is_current()) {
        return false;
    }
    const cache::Generation* own = of(store_.tag_of(key));
    const bool same = own != nullptr && reply.type == Reply::Type::string &&
                      own->value.load(std::memory_order_acquire) == number_of(reply.text);
    if (!same && shared().is_settled()) {
        shared().doubts.fetch_add(1, std::memory_order_acq_rel);
    }
    return same && shared().is_settled() && era() == asked_in;
}

// A replica that takes over has the id of the server whose last writes it may lack.
void Generation::follow_view() {
    if (store_.view() == view_ || store_.view() == 0) {
        return;
    }
    if (std::exchange(view_, store_.view()) != 0) {
        shared().era.fetch_add(1, std::memory_order_acq_rel);
        shared().doubts.fetch_add(1, std::memory_order_acq_rel);
    }
}

void Generation::on_time() {
    guarded(&log_, [this] { tick(); });
    if (!ngx_exiting) {
        timer_.start(shared().is_settled() ? kTick : kSoon);
    }
}

void Generation::tick() {
    if (ngx_exiting) {
        store_.forget(*this);
        step_ = Step::idle;
        return;
    }
    if (!is_current()) {
        return;
    }
    follow_view();
    if (step_ == Step::missing) {
        write();
    } else if (step_ == Step::idle && is_due()) {
        look();
    }
}

// One worker looks for all.
bool Generation::is_due() {
    std::uint64_t last = shared().asked.load(std::memory_order_acquire);
    const ngx_msec_t pause = shared().is_settled() ? kInterval : kShortest;
    return ngx_current_msec - last >= pause &&
           shared().asked.compare_exchange_strong(last, ngx_current_msec);
}

void Generation::look() {
    tags_ = store_.tags();
    doubts_ = shared().doubts.load(std::memory_order_acquire);
    era_ = shared().era.load(std::memory_order_acquire);
    std::vector<redis::Arguments> commands;
    seen_.clear();
    const bool is_settled = shared().is_settled();
    for (const std::string& tag : tags_) {
        seen_.push_back(known(tag));
        commands.push_back({"GET", key(tag)});
        if (!is_settled) {
            commands.push_back({"EVAL", std::string(kRun), "0"});
        }
    }
    if (!commands.empty() && store_.ask(std::move(commands), *this)) {
        step_ = Step::reading;
    }
}

// Whoever is first gives the store its id.
void Generation::write() {
    std::vector<redis::Arguments> commands;
    for (const std::string& tag : tags_) {
        commands.push_back({"SET", key(tag), random_id().substr(0, kIdLength), "NX"});
        commands.push_back({"GET", key(tag)});
    }
    step_ = store_.ask(std::move(commands), *this) ? Step::writing : Step::idle;
}

void Generation::replied(std::vector<Reply> replies) {
    const bool reads = step_ == Step::reading;
    step_ = Step::idle;
    if (!is_current() || era_ != shared().era.load(std::memory_order_acquire)) {
        return;  // somebody else has seen more
    }
    good_ = true;
    const std::size_t stride = replies.size() / tags_.size();
    for (std::size_t i = 0; i < tags_.size(); ++i) {
        read(i, replies[i * stride + (reads ? 0 : 1)], reads);
        if (reads && stride > 1) {
            read_run(i, replies[i * stride + 1]);
        }
    }
    if (good_ && era_ == shared().era.load(std::memory_order_acquire)) {
        shared().settled.store(doubts_, std::memory_order_release);
    } else if (reads && step_ == Step::missing) {
        timer_.start(1);
    }
}

void Generation::unanswered() {
    step_ = Step::idle;
}

// Where it cannot be written either nothing is known of the store, and it takes nothing back.
void Generation::read(std::size_t index, const Reply& reply, bool first) {
    if (reply.type == Reply::Type::string && !reply.text.empty()) {
        take(index, number_of(reply.text));
        return;
    }
    good_ = false;
    // Another worker may have written the id since this one asked.
    if (reply.type == Reply::Type::nil && first && known(tags_[index]) == seen_[index]) {
        take(index, 0);
        step_ = Step::missing;
    }
}

void Generation::take(std::size_t index, std::uint64_t value) {
    cache::Generation* own = of(tags_[index]);
    if (own == nullptr) {
        return;
    }
    std::uint64_t known = own->value.load(std::memory_order_acquire);
    if (known != value && own->value.compare_exchange_strong(known, value) && known != 0) {
        change('"' + key(tags_[index]) + (value == 0 ? "\" is gone" : "\" is another one"));
    }
}

// The same id, but another process: what it had written last may not be in what it has loaded.
void Generation::read_run(std::size_t index, const Reply& reply) {
    cache::Generation* own = reply.type == Reply::Type::string ? of(tags_[index]) : nullptr;
    if (own == nullptr) {
        return;
    }
    const std::uint64_t number = number_of(reply.text);
    const std::uint64_t known = own->run.exchange(number, std::memory_order_acq_rel);
    if (known != 0 && known != number) {
        era_ = shared().era.fetch_add(1, std::memory_order_acq_rel) + 1;
    }
}

void Generation::change(const std::string& how) {
    era_ = shared().era.fetch_add(1, std::memory_order_acq_rel) + 1;
    count(counters(realm_).generations);
    const ngx_str_t realm = str(realm_.policy.realm);
    const ngx_str_t name = str(realm_.redis->name);
    const ngx_str_t text = str(how);
    ngx_log_error(NGX_LOG_CRIT, &log_, 0,
                  "session: realm \"%V\" redis %V was emptied or replaced: %V; what is known to be "
                  "revoked stays so",
                  &realm, &name, &text);
}

}  // namespace nginx
