#include "snapshot.hpp"

#include <numeric>

namespace status {

Number Series::sum() const {
    return std::accumulate(minutes.begin(), minutes.end(), Number{0});
}

const char* name(Key::Role role) {
    switch (role) {
        case Key::Role::current:
            return "current";
        case Key::Role::fallback:
            return "fallback";
        case Key::Role::set:
            return "set";
        case Key::Role::former:
            break;
    }
    return "former";
}

const char* name(Coherence::State state) {
    switch (state) {
        case Coherence::State::coherent:
            return "coherent";
        case Coherence::State::incoherent:
            return "incoherent";
        case Coherence::State::untracked:
            return "untracked";
        case Coherence::State::off:
            break;
    }
    return "off";
}

const char* Node::breaker() const {
    return open != 0 ? "open" : half_open != 0 ? "half_open" : "closed";
}

const char* Store::breaker() const {
    Node all;
    for (const Node& node : nodes) {
        all.half_open += node.half_open;
        all.open += node.open;
    }
    return all.breaker();
}

std::string seconds(Number value, unsigned decimals) {
    std::string digits = std::to_string(value);
    if (digits.size() <= decimals) {
        digits.insert(0, decimals + 1 - digits.size(), '0');
    }
    return digits.insert(digits.size() - decimals, ".");
}

}  // namespace status
