// What nodes of a Redis Cluster say, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "../../src/redis/slots.hpp"
#include "replies.hpp"

using replies::array;
using replies::error;
using replies::integer;
using replies::nil;
using replies::status;
using replies::string;

inline redis::NodeAddress node(int number) {
    return {"127.0.0.1", static_cast<std::uint16_t>(7000 + number), ""};
}

// One entry of CLUSTER SLOTS.
inline redis::Reply range(int first, int last, redis::Reply host, int port,
                          std::vector<redis::Reply> more = {}) {
    return array({integer(first), integer(last),
                  array({std::move(host), integer(port), string("id"), array(std::move(more))}),
                  array({string("127.0.0.1"), integer(port + 100), string("replica"), array({})})});
}

inline redis::Reply range(int first, int last, int number) {
    return range(first, last, string("127.0.0.1"), 7000 + number);
}

// Three masters.
inline redis::SlotMap thirds() {
    return *redis::SlotMap::read(
        array({range(0, 5460, 1), range(5461, 10922, 2), range(10923, 16383, 3)}), node(9));
}
