#include "key_station.hpp"

#include <algorithm>
#include <utility>

#include "../../jwt/key_set.hpp"
#include "../../session/hash.hpp"
#include "../bridge.hpp"
#include "../timer.hpp"
#include "../zone/zone.hpp"
#include "shared_keys.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kPoll = 20;   // ms between looks at what another worker fetches
constexpr time_t kAfterglow = 60;  // seconds that a set is kept that nobody holds
constexpr ngx_msec_t kNever = static_cast<ngx_msec_t>(-1);

class KeyStation {
public:
    explicit KeyStation(const Realm& realm);
    KeyStation(const KeyStation&) = delete;
    KeyStation& operator=(const KeyStation&) = delete;

    const Realm& realm() const { return realm_; }
    const KeptKeys& now();
    void came();

    void enter(KeyWait& wait);
    void leave(const KeyWait& wait);

    bool may_complain() { return std::exchange(complained_, ngx_time()) != ngx_time(); }

private:
    void look();
    void retire();
    void wake_all();
    void poll();

    const Realm& realm_;
    KeptKeys current_;
    std::uint64_t broken_ = 0;  // a version that could not be read
    ngx_msec_t looked_ = kNever;
    std::vector<std::pair<KeptKeys, time_t>> retired_;
    std::vector<KeyWait*> waiting_;
    time_t complained_ = 0;
    Timer timer_;
};

// A worker's own, as its stores.
std::vector<std::unique_ptr<KeyStation>> stations;

KeyStation& station_of(const Realm& realm) {
    for (const auto& station : stations) {
        if (&station->realm() == &realm) {
            return *station;
        }
    }
    stations.push_back(std::make_unique<KeyStation>(realm));
    return *stations.back();
}

std::string fingerprint_of(const Realm& realm, const std::vector<jwt::Key>& keys) {
    std::string all = realm.fingerprint;
    for (const jwt::Key& key : keys) {
        const std::string own = key.fingerprint();
        if (own.empty() || realm.fingerprint.empty()) {
            return {};
        }
        all += '\n' + own;
    }
    return session::hash_of(all);
}

KeyStation::KeyStation(const Realm& realm)
    : realm_(realm), timer_(ngx_cycle->log, [this] { poll(); }) {}

const KeptKeys& KeyStation::now() {
    if (looked_ != ngx_current_msec) {
        look();
        looked_ = ngx_current_msec;
    }
    return current_;
}

// Its keys may still be pointed to from what has not noticed yet.
void KeyStation::retire() {
    const auto is_over = [](const std::pair<KeptKeys, time_t>& old) {
        return old.first.use_count() == 1 && ngx_time() > old.second + kAfterglow;
    };
    retired_.erase(std::remove_if(retired_.begin(), retired_.end(), is_over), retired_.end());
    if (current_ != nullptr) {
        retired_.emplace_back(std::exchange(current_, nullptr), ngx_time());
    }
}

void KeyStation::look() {
    if (!has_keys(realm_)) {
        retire();
        return;
    }
    const std::uint64_t version = zone_of(realm_).keys->version.load(std::memory_order_acquire);
    if (version == broken_ || (current_ != nullptr && current_->version == version)) {
        return;
    }
    auto read = read_keys(realm_);
    retire();
    if (!read) {
        return;
    }
    auto parsed = jwt::parse_key_set(read->text);
    auto* set = std::get_if<jwt::KeySet>(&parsed);
    if (set == nullptr) {
        broken_ = read->version;
        return;
    }
    auto snapshot = std::make_shared<KeySnapshot>();
    snapshot->version = read->version;
    snapshot->keys = std::move(set->keys);
    snapshot->fingerprint = fingerprint_of(realm_, snapshot->keys);
    current_ = std::move(snapshot);
}

void KeyStation::came() {
    looked_ = kNever;
    wake_all();
}

void KeyStation::enter(KeyWait& wait) {
    waiting_.push_back(&wait);
    if (!timer_.is_set()) {
        timer_.start(kPoll);
    }
}

void KeyStation::leave(const KeyWait& wait) {
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), &wait), waiting_.end());
}

void KeyStation::wake_all() {
    for (KeyWait* wait : std::exchange(waiting_, {})) {
        wait->wake();
    }
}

void KeyStation::poll() {
    if (!is_being_fetched(realm_)) {
        came();
        return;
    }
    const auto late = std::stable_partition(
        waiting_.begin(), waiting_.end(),
        [](const KeyWait* wait) { return ngx_current_msec < wait->deadline(); });
    const std::vector<KeyWait*> over(late, waiting_.end());
    waiting_.erase(late, waiting_.end());
    for (KeyWait* wait : over) {
        wait->wake();
    }
    if (!waiting_.empty()) {
        timer_.start(kPoll);
    }
}

}  // namespace

const std::vector<jwt::Key>* RealmKeySource::keys() const {
    const KeptKeys& now = station_of(realm_).now();
    return now == nullptr ? nullptr : &now->keys;
}

KeptKeys keys_now(const Realm& realm) {
    return realm.key_location ? station_of(realm).now() : nullptr;
}

const std::string& fingerprint_now(const Realm& realm) {
    if (!realm.key_location) {
        return realm.fingerprint;
    }
    const KeptKeys& now = station_of(realm).now();
    return now == nullptr ? realm.fingerprint : now->fingerprint;
}

KeyWait::KeyWait(ngx_http_request_t* r, const Realm& realm)
    : realm_(realm), suspension_(r), deadline_(ngx_current_msec + kKeyFetchTimeout) {}

KeyWait::~KeyWait() {
    if (waiting_) {
        station_of(realm_).leave(*this);
    }
}

void KeyWait::start(Suspension::Resume resume) {
    suspension_.expect(
        [this](const std::vector<redis::Reply>&) {
            waiting_ = false;
            return true;
        },
        resume);
    waiting_ = true;
    station_of(realm_).enter(*this);
}

void KeyWait::wake() {
    suspension_.post({});
}

void keys_came(const Realm& realm) {
    station_of(realm).came();
}

bool may_complain_of_keys(const Realm& realm) {
    return station_of(realm).may_complain();
}

void close_key_stations() noexcept {
    stations.clear();
}

void close_key_station(const Realm& realm) noexcept {
    stations.erase(
        std::remove_if(stations.begin(), stations.end(),
                       [&realm](const auto& station) { return &station->realm() == &realm; }),
        stations.end());
}

}  // namespace nginx
