// A Redis Cluster as its nodes see it. Each says what it knows, none has to know it first: what a
// change is known by to one of them is taken as known. No sockets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resp.hpp"
#include "slots.hpp"

namespace redis {

struct ClusterView {
    SlotMap slots;
    std::vector<NodeAddress> masters;  // with slots and without: who takes over slots gets keys
                                       // before it owns them
    bool is_whole = true;              // the address of each of them is known
    std::uint64_t epoch = 0;           // the greatest of a node: grows with each change of owners
};

// The commands, and what a node's replies to them say; nothing where that is no view.
std::vector<Arguments> ask_view();
std::optional<ClusterView> read_view(const std::vector<Reply>& replies, const NodeAddress& asked);

// Why there is no view, in words fit for a log.
std::string complain_of_view(const std::vector<Reply>& replies);

// Several views at once: the slots of the newest, the masters of all.
ClusterView combine(std::vector<ClusterView> views);

}  // namespace redis
