// Where the keys of a Redis Cluster are: the slot of a key, the master of a slot, and what nodes
// say of both. No sockets.
// Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resp.hpp"

namespace redis {

inline constexpr unsigned kSlots = 16384;

// What of a key decides on its slot: what is in its first "{…}", or where nothing is, all of it.
std::string_view hashed_part(std::string_view key);

// CRC-16/XMODEM of that.
unsigned slot_of(std::string_view key);

struct NodeAddress {
    std::string host;  // an address without brackets; empty where only the name is known
    std::uint16_t port = 0;
    std::string name;  // the host name that the cluster prefers; empty: none

    bool operator==(const NodeAddress& other) const {
        return port == other.port && host == other.host;
    }
    bool operator!=(const NodeAddress& other) const { return !(*this == other); }

    // As logs have it: "127.0.0.1:6379", "[::1]:6379".
    std::string text() const;
};

// "HOST:PORT" as a node gives it. Without a host it means the node that says so, `asked`.
std::optional<NodeAddress> read_address(std::string_view text, const NodeAddress& asked);

class SlotMap {
public:
    // What CLUSTER SLOTS says; `asked` as above. Nothing where the reply is none of it.
    static std::optional<SlotMap> read(const Reply& reply, const NodeAddress& asked);

    // The master of a slot; null where nobody has it, or where its address is not known.
    const NodeAddress* owner(unsigned slot) const;

    // False where the address of a slot's master could not be read.
    bool is_whole() const { return whole_; }

    // One slot has moved.
    void give(unsigned slot, const NodeAddress& node);

    // All that have a slot.
    std::vector<NodeAddress> masters() const;

    // No slot has another owner there.
    bool agrees(const SlotMap& other) const;

    // Stands for who owns which slots, and is never 0: the same for maps that agree.
    std::uint64_t digest() const;

    // A text that as a hash tag has its key in a slot of that master; empty where it has none.
    std::string tag_of(const NodeAddress& node) const;

    // In the order of the first slots of the masters: the first of them at or behind that slot.
    std::optional<unsigned> first_slot(unsigned from) const;

private:
    std::uint16_t number_of(const NodeAddress& node);

    std::vector<NodeAddress> nodes_;
    std::array<std::uint16_t, kSlots> owners_{};  // places in nodes_, from 1; 0: nobody
    bool whole_ = true;
};

struct Redirection {
    bool ask = false;  // for this command only, behind ASKING
    unsigned slot = 0;
    NodeAddress to;
};

// What MOVED or ASK says; `asked` as above.
std::optional<Redirection> redirection(const Reply& reply, const NodeAddress& asked);

}  // namespace redis
