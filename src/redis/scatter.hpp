// One question to a Redis Cluster: which of its commands go to which slot, and its replies in the
// order of the commands again. No sockets, no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "resp.hpp"
#include "slots.hpp"

namespace redis {

// The first key of a command; empty: it has none.
std::string_view key_of(const Arguments& command);

class Scatter {
public:
    // Commands that stay together: one, and those behind it that have no key and are about it.
    struct Unit {
        std::size_t begin = 0;  // of the commands
        std::size_t count = 1;
        unsigned slot = 0;
        bool is_scan = false;  // of the master of that slot
        unsigned moved = 0;    // how often it was sent on
        bool asked = false;    // to a node that is about to have the slot
    };
    using Units = std::vector<std::size_t>;  // places of units

    // Nothing where a command's keys are of several slots, or where a cursor is none of ours.
    static std::optional<Scatter> of(std::vector<Arguments> commands, const SlotMap& map);

    const std::vector<Unit>& units() const { return units_; }

    // All units by the masters that have their slots; nothing where one has none.
    std::optional<std::vector<std::pair<NodeAddress, Units>>> by_master(const SlotMap& map) const;

    // What these units say, each behind ASKING where that is wanted.
    std::vector<Arguments> commands(const Units& units, bool asking) const;

    // The replies to that, from the node `asked`. The units that have to be sent on, where they
    // may be; all others are answered.
    struct Onward {
        std::size_t unit;
        Redirection where;
    };
    std::vector<Onward> take(const Units& units, bool asking, std::vector<Reply> replies,
                             const NodeAddress& asked, const SlotMap& map);

    // All replies, once every unit is answered.
    bool answered() const { return open_ == 0; }
    std::vector<Reply> replies() { return std::move(replies_); }

private:
    bool place(const SlotMap& map);
    std::optional<Redirection> where_to(Unit& unit, const Reply& reply, const NodeAddress& asked);
    void put_cursor(const Unit& unit, const SlotMap& map);

    std::vector<Arguments> commands_;
    std::vector<Unit> units_;
    std::vector<Reply> replies_;
    std::size_t open_ = 0;  // units without an answer
};

}  // namespace redis
