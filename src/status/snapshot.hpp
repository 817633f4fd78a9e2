// What the realms counted, at one moment, as plain values: what JSON, Prometheus and the page show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace status {

using Number = std::uint64_t;
using Named = std::pair<std::string, Number>;

// Tokens of one key and version, or of one source and format.
struct Use {
    std::string first;   // the key, the source
    std::string second;  // the version, the format
    Number valid = 0;
    Number refused = 0;     // though the signature is good
    std::int64_t last = 0;  // Unix time of the last valid one; 0: never

    Number total() const { return valid + refused; }
};

struct Key {
    enum class Role : std::uint8_t { current, fallback, set, former };

    std::string id;
    Role role = Role::former;  // former: no more in the configuration
    std::int64_t last = 0;     // Unix time of its last valid token; 0: never
};

struct Table {
    std::string name;
    Number used = 0;
    Number capacity = 0;
};

struct Duration {
    Number bound = 0;  // microseconds, the upper one; 0: none
    Number count = 0;  // of this class alone
};

// How the workers find a node of a store: "closed" where it is asked.
struct Node {
    std::string name;
    Number closed = 0;
    Number half_open = 0;
    Number open = 0;

    const char* breaker() const;  // the worst of them
};

struct Store {
    Number answered = 0;
    Number error = 0;
    Number timeout = 0;
    Number connections = 0;
    Number reconnects = 0;
    Number breaker_opened = 0;
    Number generation_changes = 0;
    std::vector<Node> nodes;
    Number lines_left_out = 0;
    std::vector<Duration> durations;
    Number duration = 0;  // of all, in microseconds

    const char* breaker() const;  // the worst of its nodes
};

struct Coherence {
    enum class State : std::uint8_t { coherent, incoherent, untracked, off };

    State state = State::off;      // off: nothing is cached
    bool coherent = false;         // what is known is proven
    bool tracking = false;         // the server tells what changes
    std::optional<Number> age_ms;  // of the proof
};

// One series of the last hour: a number a minute, the last one that of now.
struct Series {
    std::string name;
    std::vector<Number> minutes;

    Number sum() const;
};

// What only a store that was asked can know.
struct Sessions {
    Number active = 0;
    Number expired = 0;
    Number users = 0;
    Number tenants = 0;
    double idle_minutes = 0;  // the average
    Number age_ms = 0;        // since they were counted
};

struct Realm {
    std::string name;
    std::vector<Named> requests;  // by reason, in the order of the reasons
    std::vector<Named> events;    // "fallback", "issued" and others of their kind
    std::vector<Key> keys;
    std::vector<Use> verified;
    std::vector<Use> sources;
    Number hits = 0;
    Number misses = 0;
    Number bypasses = 0;
    std::vector<Table> tables;
    Number zone_used = 0;
    Number zone_free = 0;
    std::optional<Store> store;  // nothing: the realm has none
    Coherence coherence;
    Number live = 0;               // requests that were let in and are still there
    std::vector<Named> ended;      // those that were ended, by reason
    std::vector<Series> rejected;  // by reason
    Series issued;
    std::optional<Sessions> sessions;
};

struct Snapshot {
    std::int64_t time = 0;  // Unix time
    std::vector<Realm> realms;
};

const char* name(Key::Role role);
const char* name(Coherence::State state);

// Seconds with a point, as all three forms write them.
std::string seconds(Number value, unsigned decimals);

}  // namespace status
