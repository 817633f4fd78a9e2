#include "snapshot.hpp"

#include <algorithm>
#include <memory>

#include "../key_location/key_station.hpp"
#include "../redis/store_meter.hpp"
#include "../request/tally.hpp"
#include "session_survey.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

status::Number value(const Counter& counter) {
    return counter.load(std::memory_order_relaxed);
}

std::string reason_name(std::size_t index) {
    return std::string(session::name(static_cast<session::Reason>(index)));
}

constexpr std::pair<const char*, Counter Counters::*> kEvents[] = {
    {"issued", &Counters::issued},       {"renewed", &Counters::renewed},
    {"resigned", &Counters::resigned},   {"refreshed", &Counters::refreshed},
    {"replayed", &Counters::replayed},   {"logouts", &Counters::logouts},
    {"redirects", &Counters::redirects}, {"fallback", &Counters::fallback},
    {"unchecked", &Counters::unchecked},
};

// For which a request that was let in may be ended.
constexpr session::Reason kEndings[] = {
    session::Reason::expired, session::Reason::revoked, session::Reason::stale,
    session::Reason::epoch,   session::Reason::idle,    session::Reason::record,
};

// Those that were counted, in the order in which they were met, the others last.
template <typename Names, typename Uses>
std::vector<status::Use> uses_of(const Names& names, const Uses& uses) {
    std::vector<status::Use> all;
    for (std::size_t i = 1; i <= names.size(); ++i) {
        const std::size_t number = i == names.size() ? cache::kOthers : i;
        status::Use use;
        use.valid = value(uses[number].valid);
        use.refused = value(uses[number].refused);
        use.last = static_cast<std::int64_t>(value(uses[number].last));
        if (use.total() != 0) {
            const auto parts = parts_of(number == cache::kOthers ? "" : names.name(number));
            use.first = parts.first;
            use.second = parts.second;
            all.push_back(std::move(use));
        }
    }
    return all;
}

status::Key::Role role_of(const jwt::Keyring& keyring, const jwt::Key& key) {
    using Role = status::Key::Role;
    return key.in_set() ? Role::set : keyring.is_fallback(key) ? Role::fallback : Role::current;
}

// The configured keys in their order, and behind them those that were.
std::vector<status::Key> keys_of(const Realm& realm, const std::vector<status::Use>& uses) {
    std::vector<status::Key> keys;
    const auto find = [&keys](std::string_view id) {
        return std::find_if(keys.begin(), keys.end(),
                            [id](const status::Key& key) { return key.id == id; });
    };
    const auto add = [&](const jwt::Key& key) {
        const std::string id(key_name(key.id()));
        if (find(id) == keys.end()) {
            keys.push_back({id, role_of(realm.policy.keyring, key), 0});
        }
    };
    const auto& own = realm.policy.keyring.keys();
    std::for_each(own.begin(), own.end(), add);
    if (const KeptKeys fetched = keys_now(realm)) {
        std::for_each(fetched->keys.begin(), fetched->keys.end(), add);
    }
    for (const status::Use& use : uses) {
        auto key = find(use.first);
        if (key == keys.end()) {
            key = keys.insert(keys.end(), {use.first, status::Key::Role::former, 0});
        }
        key->last = std::max(key->last, use.last);
    }
    return keys;
}

// Those that a worker has to do with now.
std::vector<status::Node> nodes_of(const Statistics& all) {
    std::vector<status::Node> nodes;
    for (std::size_t i = 0; i < all.nodes.size(); ++i) {
        const auto states = all.node_states.sum(static_cast<std::uint16_t>(i), is_alive);
        status::Node node;
        node.name = i == cache::kOthers ? "others" : all.nodes.name(i);
        node.closed = states[0];
        node.half_open = states[1];
        node.open = states[2];
        if (node.closed + node.half_open + node.open != 0) {
            nodes.push_back(std::move(node));
        }
    }
    return nodes;
}

status::Store store_of(const Statistics& all, const Counters& counts) {
    status::Store store;
    store.answered = value(counts.answered);
    store.error = value(counts.failed);
    store.timeout = value(counts.timed_out);
    store.connections = all.connections.sum(is_alive);
    store.reconnects = value(counts.reconnects);
    store.breaker_opened = value(counts.breaker_opened);
    store.generation_changes = value(counts.generations);
    store.nodes = nodes_of(all);
    store.lines_left_out = value(counts.left_out);
    for (std::size_t i = 0; i < kDurations; ++i) {
        const status::Number bound = i < std::size(kDurationBounds) ? kDurationBounds[i] : 0;
        store.durations.push_back({bound, value(counts.durations[i])});
    }
    store.duration = value(counts.duration);
    return store;
}

status::Coherence coherence_of(const Realm& realm) {
    using State = status::Coherence::State;
    const cache::Coherence& state = zone_of(realm).coherence;
    status::Coherence coherence;
    const std::uint64_t proven = state.proven.load(std::memory_order_acquire);
    const bool untracked = state.untracked.load(std::memory_order_acquire) != 0;
    coherence.tracking = !untracked && proven != 0;
    const auto bound = static_cast<std::uint64_t>(realm.policy.max_stale_ms);
    coherence.coherent =
        !realm.redis || cache::is_proven(state, realm.server_number, ngx_current_msec, bound);
    if (coherence.tracking) {
        coherence.age_ms = ngx_current_msec > proven ? ngx_current_msec - proven : 0;
    }
    if (realm.used && realm.policy.asks_lists() && realm.policy.caches()) {
        coherence.state = coherence.coherent ? State::coherent
                          : untracked        ? State::untracked
                                             : State::incoherent;
    }
    return coherence;
}

status::Series series_of(const Statistics& all, std::string name, std::size_t series) {
    status::Series own{std::move(name), {}};
    const auto now = static_cast<std::uint64_t>(ngx_time()) / 60;
    for (std::uint64_t age = cache::kMinutes; age > 0; --age) {
        own.minutes.push_back(all.minutes.at(series, now + 1 - age));
    }
    return own;
}

void add_tables(const Realm& realm, status::Realm& shown) {
    const auto now = static_cast<std::uint32_t>(ngx_time());
    const cache::TokenTable tokens = tokens_of(realm);
    const cache::AnswerTable answers = answers_of(realm);
    shown.tables = {{"tokens", tokens.used(now), tokens.capacity()},
                    {"answers", answers.used(now), answers.capacity()}};
    const ZoneBytes bytes = bytes_of(realm);
    shown.zone_used = bytes.used;
    shown.zone_free = bytes.free;
}

}  // namespace

status::Realm snapshot_of(const Realm& realm) {
    const Statistics& all = statistics(realm);
    const auto sum = std::make_unique<Counters>();
    for (std::size_t i = 0; i < all.blocks; ++i) {
        add(all.block[i], *sum);
    }
    status::Realm shown;
    shown.name = realm.policy.realm;
    for (std::size_t i = 0; i < session::kReasons; ++i) {
        shown.requests.emplace_back(reason_name(i), value(sum->requests[i]));
        if (static_cast<session::Reason>(i) != session::Reason::valid) {
            shown.rejected.push_back(series_of(all, reason_name(i), i));
        }
    }
    for (const auto& [name, counter] : kEvents) {
        shown.events.emplace_back(name, value((*sum).*counter));
    }
    shown.verified = uses_of(all.uses, sum->uses);
    shown.sources = uses_of(all.sources, sum->sources);
    shown.keys = keys_of(realm, shown.verified);
    shown.hits = value(sum->hits);
    shown.misses = value(sum->misses);
    shown.bypasses = value(sum->bypasses);
    add_tables(realm, shown);
    if (realm.redis) {
        shown.store = store_of(all, *sum);
    }
    shown.coherence = coherence_of(realm);
    shown.live = all.live.sum(is_alive);
    for (const session::Reason reason : kEndings) {
        shown.ended.emplace_back(session::name(reason),
                                 value(sum->ended[static_cast<std::size_t>(reason)]));
    }
    shown.issued = series_of(all, "issued", kIssuedSeries);
    shown.sessions = count_sessions(realm);
    return shown;
}

}  // namespace nginx
