#include "sorted_commands.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "command_replies.hpp"
#include "scores.hpp"

namespace store {
namespace {

double score_argument(std::string_view text) {
    const auto score = parse_score(text);
    if (!score) {
        throw Refused("ERR value is not a valid float");
    }
    return *score;
}

// A bound, "(" before it where it does not belong to the range itself.
double bound_argument(std::string_view text, double towards) {
    const bool open = !text.empty() && text.front() == '(';
    const auto bound = parse_score(open ? text.substr(1) : text);
    if (!bound) {
        throw Refused("ERR min or max is not a float");
    }
    return open ? std::nextafter(*bound, towards) : *bound;
}

struct Bounds {
    double least;
    double most;
};

Bounds bounds_of(const redis::Arguments& command) {
    const double infinity = std::numeric_limits<double>::infinity();
    return {bound_argument(command[2], infinity), bound_argument(command[3], -infinity)};
}

redis::Reply range(const Keyspace& keyspace, const redis::Arguments& command, bool reversed) {
    const bool scores = command.size() > 4;
    if (scores && !is_word(command[4], "WITHSCORES")) {
        throw Refused(kSyntax);
    }
    std::int64_t first = integer_argument(command[2]);
    std::int64_t last = integer_argument(command[3]);
    std::vector<Scored> members = keyspace.members(command[1]);
    if (reversed) {
        std::reverse(members.begin(), members.end());
    }
    const auto count = static_cast<std::int64_t>(members.size());
    first = std::max<std::int64_t>(first < 0 ? first + count : first, 0);
    last = std::min(last < 0 ? last + count : last, count - 1);
    redis::Reply reply = list_reply();
    for (std::int64_t i = first; i <= last; ++i) {
        const Scored& one = members[static_cast<std::size_t>(i)];
        reply.elements.push_back(string_reply(one.member));
        if (scores) {
            reply.elements.push_back(string_reply(score_text(one.score)));
        }
    }
    return reply;
}

}  // namespace

redis::Reply zscore(Keyspace& keyspace, const redis::Arguments& command) {
    const auto score = keyspace.score(command[1], command[2]);
    return score ? string_reply(score_text(*score)) : redis::Reply();
}

redis::Reply zcard(Keyspace& keyspace, const redis::Arguments& command) {
    return integer_reply(static_cast<std::int64_t>(keyspace.count(command[1])));
}

redis::Reply zcount(Keyspace& keyspace, const redis::Arguments& command) {
    const auto [least, most] = bounds_of(command);
    const std::vector<Scored> members = keyspace.members(command[1]);
    return integer_reply(std::count_if(members.begin(), members.end(),
                                       [least = least, most = most](const Scored& one) {
                                           return one.score >= least && one.score <= most;
                                       }));
}

redis::Reply zrange(Keyspace& keyspace, const redis::Arguments& command) {
    return range(keyspace, command, false);
}

redis::Reply zrevrange(Keyspace& keyspace, const redis::Arguments& command) {
    return range(keyspace, command, true);
}

redis::Reply zadd(Keyspace& keyspace, const redis::Arguments& command) {
    if (command.size() % 2 != 0) {
        throw Refused(kSyntax);
    }
    keyspace.set_purpose(keyspace.type(command[1]) == Type::none ? Purpose::record
                                                                 : Purpose::upkeep);
    std::vector<double> scores;
    for (std::size_t i = 2; i < command.size(); i += 2) {
        scores.push_back(score_argument(command[i]));
    }
    std::int64_t added = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        added += keyspace.add_member(command[1], command[2 * i + 3], scores[i]) ? 1 : 0;
    }
    return integer_reply(added);
}

redis::Reply zrem(Keyspace& keyspace, const redis::Arguments& command) {
    return integer_reply(std::count_if(
        command.begin() + 2, command.end(),
        [&](const std::string& member) { return keyspace.erase_member(command[1], member); }));
}

redis::Reply zremrangebyscore(Keyspace& keyspace, const redis::Arguments& command) {
    const auto [least, most] = bounds_of(command);
    return integer_reply(static_cast<std::int64_t>(keyspace.erase_scored(command[1], least, most)));
}

}  // namespace store
