// What the workers count, in the realm's shared memory. Each adds to a block of its own, or one
// that it shares with few, and who reads sums them up: no cache line is fought for at each request.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "../../cache/minutes.hpp"
#include "../../cache/name_table.hpp"
#include "../../cache/node_states.hpp"
#include "../../cache/presence.hpp"
#include "../../session/reason.hpp"

namespace nginx {

using Counter = std::atomic<std::uint64_t>;
static_assert(Counter::is_always_lock_free,
              "a lock of a killed worker would stay in shared memory");

inline constexpr std::size_t kUses = 48;     // keys with versions, "others" among them
inline constexpr std::size_t kSources = 16;  // places of tokens with formats
inline constexpr std::size_t kNodes = 32;    // of a store
inline constexpr std::size_t kNodeNameBytes = 94;
inline constexpr std::size_t kNameBytes = 126;  // a key and a version, or a source and a format

// Upper bounds of the time that the store takes, in microseconds; one more class has none.
inline constexpr std::uint64_t kDurationBounds[] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000,
};
inline constexpr std::size_t kDurations = std::size(kDurationBounds) + 1;

// Tokens whose signature was verified.
struct Use {
    Counter valid;
    Counter refused;
    Counter last;  // Unix time of the last valid one, 0: never
};

// What one worker counts, the others of its number on other days too.
struct alignas(64) Counters {
    std::array<Counter, session::kReasons> requests;  // by reason, one a request and realm
    std::array<Counter, session::kReasons> ended;     // by reason, of those that were let in
    Counter hits;       // requests that asked the store nothing, where they might have had to
    Counter misses;     // and that did
    Counter bypasses;   // with a token, where nothing is cached
    Counter fallback;   // tokens that another than the current key verified
    Counter unchecked;  // let through by "store_error allow"
    Counter issued;     // sessions that began
    Counter renewed;
    Counter resigned;
    Counter refreshed;
    Counter replayed;  // refresh tokens that were used twice
    Counter logouts;
    Counter redirects;  // to the login page
    Counter answered;   // questions to the store
    Counter failed;     // without an answer, or with an error for one
    Counter timed_out;
    Counter reconnects;
    Counter generations;                        // of the store: it was emptied or replaced
    Counter breaker_opened;                     // of a node, in a worker
    Counter left_out;                           // lines about the store that the log did not get
    std::array<Counter, kDurations> durations;  // of questions that were answered, by class
    Counter duration;                           // and in all, in microseconds
    std::array<Use, kUses> uses;                // by number of their name
    std::array<Use, kSources> sources;
};

inline constexpr std::size_t kIssuedSeries = session::kReasons;  // behind those of the reasons

// All of a realm; zero at first.
struct Statistics {
    cache::NameTable<kUses, kNameBytes> uses;
    cache::NameTable<kSources, kNameBytes> sources;
    cache::Minutes<session::kReasons + 1>
        minutes;                  // requests by reason, without valid ones; issued
    cache::Presence connections;  // to the store, ready ones
    cache::NameTable<kNodes, kNodeNameBytes> nodes;
    cache::NodeStates node_states;  // the breakers of workers
    cache::Presence live;           // requests that were let in and are still there
    std::size_t blocks;
    Counters* block;
};

// Adds all of the one to the other; of times it keeps the later.
void add(const Counters& from, Counters& to);

inline void count(Counter& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}

inline void count_valid(Use& use, std::uint64_t now) {
    count(use.valid);
    if (use.last.load(std::memory_order_relaxed) != now) {
        use.last.store(now, std::memory_order_relaxed);
    }
}

}  // namespace nginx
