#include "scatter.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace redis {

namespace {

constexpr unsigned kMostMoves = 2;
constexpr std::string_view kKeyless[] = {"PING", "WAIT", "WAITAOF"};
constexpr std::string_view kManyKeys[] = {"DEL", "EXISTS", "MGET", "TOUCH", "UNLINK"};

template <std::size_t Count>
bool is_one_of(const std::string_view (&names)[Count], std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// Where a command's keys begin and end among its arguments.
std::pair<std::size_t, std::size_t> keys_of(const Arguments& command) {
    const std::string& name = command.front();
    if (name == "EVAL" || name == "EVALSHA") {
        std::size_t keys = 0;
        if (command.size() > 3) {
            const std::string& number = command[2];
            std::from_chars(number.data(), number.data() + number.size(), keys);
        }
        return {3, std::min(command.size(), 3 + keys)};
    }
    const std::size_t end = is_one_of(kManyKeys, name) ? command.size() : 2;
    return {1, std::min(command.size(), end)};
}

// Whether it is about what was asked before it.
bool follows(const Arguments& command) {
    const bool is_script = command.front() == "EVAL" || command.front() == "EVALSHA";
    const auto [begin, end] = keys_of(command);
    return is_one_of(kKeyless, command.front()) || (is_script && begin == end);
}

// The slot of all keys; nothing where there is none, or more than one.
std::optional<unsigned> common_slot(const Arguments& command) {
    const auto [begin, end] = keys_of(command);
    std::optional<unsigned> slot;
    for (std::size_t i = begin; i < end; ++i) {
        const unsigned own = slot_of(command[i]);
        if (slot && *slot != own) {
            return std::nullopt;
        }
        slot = own;
    }
    return slot;
}

std::optional<std::uint64_t> read_cursor(const std::string& text) {
    std::uint64_t cursor = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, cursor);
    return error == std::errc() && stop == end ? std::optional(cursor) : std::nullopt;
}

}  // namespace

std::string_view key_of(const Arguments& command) {
    const auto [begin, end] = keys_of(command);
    return begin < end ? std::string_view(command[begin]) : std::string_view();
}

std::optional<Scatter> Scatter::of(std::vector<Arguments> commands, const SlotMap& map) {
    Scatter scatter;
    scatter.commands_ = std::move(commands);
    scatter.replies_.resize(scatter.commands_.size());
    return scatter.place(map) ? std::optional(std::move(scatter)) : std::nullopt;
}

// The cursor of a walk over all masters: that of the node, which is 0 at its beginning, and the
// node by the first of its slots.
bool Scatter::place(const SlotMap& map) {
    for (std::size_t i = 0; i < commands_.size(); ++i) {
        Arguments& command = commands_[i];
        if (follows(command) && !units_.empty()) {
            ++units_.back().count;
            continue;
        }
        Unit unit;
        unit.begin = i;
        unit.is_scan = command.front() == "SCAN" && command.size() > 1;
        if (unit.is_scan) {
            const auto cursor = read_cursor(command[1]);
            const auto first = cursor == 0 ? map.first_slot(0) : std::optional(0U);
            if (!cursor || !first) {
                return false;
            }
            unit.slot = *cursor == 0 ? *first : static_cast<unsigned>(*cursor % kSlots);
            command[1] = std::to_string(*cursor / kSlots);
        } else if (!is_one_of(kKeyless, command.front())) {
            const auto slot = common_slot(command);
            if (!slot) {
                return false;
            }
            unit.slot = *slot;
        }
        units_.push_back(unit);
    }
    open_ = units_.size();
    return true;
}

std::optional<std::vector<std::pair<NodeAddress, Scatter::Units>>> Scatter::by_master(
    const SlotMap& map) const {
    std::vector<std::pair<NodeAddress, Units>> groups;
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const NodeAddress* master = map.owner(units_[i].slot);
        if (master == nullptr) {
            return std::nullopt;
        }
        const auto group = std::find_if(groups.begin(), groups.end(), [master](const auto& other) {
            return other.first == *master;
        });
        if (group == groups.end()) {
            groups.push_back({*master, {i}});
        } else {
            group->second.push_back(i);
        }
    }
    return groups;
}

std::vector<Arguments> Scatter::commands(const Units& units, bool asking) const {
    std::vector<Arguments> commands;
    for (const std::size_t place : units) {
        const Unit& unit = units_[place];
        if (asking) {
            commands.push_back({"ASKING"});
        }
        const auto begin = commands_.begin() + static_cast<std::ptrdiff_t>(unit.begin);
        commands.insert(commands.end(), begin, begin + static_cast<std::ptrdiff_t>(unit.count));
    }
    return commands;
}

std::vector<Scatter::Onward> Scatter::take(const Units& units, bool asking,
                                           std::vector<Reply> replies, const NodeAddress& asked,
                                           const SlotMap& map) {
    std::vector<Onward> onward;
    std::size_t next = 0;
    for (const std::size_t place : units) {
        Unit& unit = units_[place];
        next += asking ? 1 : 0;
        const std::size_t begin = next;
        next += unit.count;
        if (auto where = where_to(unit, replies.at(begin), asked)) {
            onward.push_back({place, std::move(*where)});
            continue;
        }
        std::move(replies.begin() + static_cast<std::ptrdiff_t>(begin),
                  replies.begin() + static_cast<std::ptrdiff_t>(next),
                  replies_.begin() + static_cast<std::ptrdiff_t>(unit.begin));
        if (unit.is_scan) {
            put_cursor(unit, map);
        }
        --open_;
    }
    return onward;
}

// A node without a host is one that nobody can go to: what it was said by remains the answer.
std::optional<Redirection> Scatter::where_to(Unit& unit, const Reply& reply,
                                             const NodeAddress& asked) {
    auto where = redirection(reply, asked);
    if (!where || where->slot != unit.slot ||
        (where->ask ? unit.asked : unit.moved == kMostMoves)) {
        return std::nullopt;
    }
    if (where->ask) {
        unit.asked = true;
    } else {
        ++unit.moved;
    }
    return where;
}

void Scatter::put_cursor(const Unit& unit, const SlotMap& map) {
    Reply& reply = replies_[unit.begin];
    const bool is_page = reply.type == Reply::Type::array && !reply.elements.empty();
    const auto cursor = is_page ? read_cursor(reply.elements[0].text) : std::nullopt;
    if (!cursor) {
        return;  // an error, which says so itself
    }
    std::uint64_t onward = 0;
    if (*cursor != 0) {
        if (*cursor > UINT64_MAX / kSlots - 1) {
            reply = Reply();
            return;
        }
        onward = *cursor * kSlots + unit.slot;
    } else if (const auto next = map.first_slot(unit.slot + 1)) {
        onward = *next;
    }
    reply.elements[0].text = std::to_string(onward);
}

}  // namespace redis
