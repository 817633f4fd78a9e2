#include "counters.hpp"

#include <algorithm>

namespace nginx {
namespace {

constexpr Counter Counters::*kSingle[] = {
    &Counters::hits,        &Counters::misses,   &Counters::bypasses,  &Counters::fallback,
    &Counters::unchecked,   &Counters::issued,   &Counters::renewed,   &Counters::resigned,
    &Counters::refreshed,   &Counters::replayed, &Counters::logouts,   &Counters::redirects,
    &Counters::answered,    &Counters::failed,   &Counters::timed_out, &Counters::reconnects,
    &Counters::generations, &Counters::left_out, &Counters::duration,  &Counters::breaker_opened,
};

static_assert(std::size(kSingle) * sizeof(Counter) + sizeof(Counters::requests) +
                      sizeof(Counters::ended) + sizeof(Counters::durations) +
                      sizeof(Counters::uses) + sizeof(Counters::sources) + alignof(Counters) >
                  sizeof(Counters),
              "a counter is missing here");

void add(const Counter& from, Counter& to) {
    to.fetch_add(from.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

template <std::size_t Size>
void add(const std::array<Counter, Size>& from, std::array<Counter, Size>& to) {
    for (std::size_t i = 0; i < Size; ++i) {
        add(from[i], to[i]);
    }
}

template <std::size_t Size>
void add(const std::array<Use, Size>& from, std::array<Use, Size>& to) {
    for (std::size_t i = 0; i < Size; ++i) {
        add(from[i].valid, to[i].valid);
        add(from[i].refused, to[i].refused);
        to[i].last = std::max(to[i].last.load(), from[i].last.load());
    }
}

}  // namespace

void add(const Counters& from, Counters& to) {
    for (const auto single : kSingle) {
        add(from.*single, to.*single);
    }
    add(from.requests, to.requests);
    add(from.ended, to.ended);
    add(from.durations, to.durations);
    add(from.uses, to.uses);
    add(from.sources, to.sources);
}

}  // namespace nginx
