#include "cluster_view.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace redis {

namespace {

constexpr std::size_t kMostText = 128;

// What stands before the separator; the text goes on behind it.
std::string_view cut(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
}

bool has_flag(std::string_view flags, std::string_view wanted) {
    while (!flags.empty()) {
        if (cut(flags, ',') == wanted) {
            return true;
        }
    }
    return false;
}

bool is_standing_master(std::string_view flags) {
    return has_flag(flags, "master") && !has_flag(flags, "fail") && !has_flag(flags, "handshake") &&
           !has_flag(flags, "noaddr");
}

// Slots on their way are in brackets, and are still another's.
bool has_slots(std::string_view slots) {
    while (!slots.empty()) {
        const std::string_view range = cut(slots, ' ');
        if (!range.empty() && range.front() != '[') {
            return true;
        }
    }
    return false;
}

void add(std::vector<NodeAddress>& nodes, const NodeAddress& node) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
        nodes.push_back(node);
    }
}

// "HOST:PORT@BUS[,NAME[,…]]", the name being of use where the cluster prefers names.
std::optional<NodeAddress> read_idle(std::string_view text, const NodeAddress& asked, bool named) {
    auto node = read_address(cut(text, '@'), asked);
    if (node && node->host.empty()) {
        return std::nullopt;
    }
    cut(text, ',');
    if (node && named) {
        node->name = cut(text, ',');
    }
    return node;
}

bool prefers_names(const ClusterView& view) {
    return std::any_of(view.masters.begin(), view.masters.end(),
                       [](const NodeAddress& node) { return !node.name.empty(); });
}

// "ID ADDRESS FLAGS MASTER PING PONG EPOCH LINK [SLOTS…]". Masters with slots are known from the
// map, which may have another address of them.
void take_line(std::string_view line, const NodeAddress& asked, bool named, ClusterView& view) {
    cut(line, ' ');
    const std::string_view address = cut(line, ' ');
    const std::string_view flags = cut(line, ' ');
    constexpr int kFieldsBetween = 3;
    for (int i = 0; i < kFieldsBetween; ++i) {
        cut(line, ' ');
    }
    const std::string_view text = cut(line, ' ');
    std::uint64_t epoch = 0;
    std::from_chars(text.data(), text.data() + text.size(), epoch);
    view.epoch = std::max(view.epoch, epoch);
    cut(line, ' ');
    if (is_standing_master(flags) && !has_slots(line)) {
        if (const auto node = read_idle(address, asked, named)) {
            add(view.masters, *node);
        } else {
            view.is_whole = false;
        }
    }
}

std::string printable(std::string_view text) {
    std::string line(text.substr(0, kMostText));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; },
        '?');
    return line;
}

}  // namespace

std::vector<Arguments> ask_view() {
    return {{"CLUSTER", "SLOTS"}, {"CLUSTER", "NODES"}};
}

std::optional<ClusterView> read_view(const std::vector<Reply>& replies, const NodeAddress& asked) {
    if (replies.size() != 2 || replies[1].type != Reply::Type::string) {
        return std::nullopt;
    }
    auto slots = SlotMap::read(replies[0], asked);
    if (!slots) {
        return std::nullopt;
    }
    ClusterView view;
    view.slots = std::move(*slots);
    view.masters = view.slots.masters();
    view.is_whole = view.slots.is_whole();
    const bool named = prefers_names(view);
    std::string_view lines = replies[1].text;
    while (!lines.empty()) {
        take_line(cut(lines, '\n'), asked, named, view);
    }
    return view;
}

std::string complain_of_view(const std::vector<Reply>& replies) {
    const char* asked = "CLUSTER SLOTS";
    for (const Reply& reply : replies) {
        if (reply.is_error()) {
            return std::string(asked) + " was answered with " + printable(reply.text);
        }
        asked = "CLUSTER NODES";
    }
    return "CLUSTER SLOTS was answered with an unexpected reply";
}

ClusterView combine(std::vector<ClusterView> views) {
    const auto newest = std::max_element(
        views.begin(), views.end(),
        [](const ClusterView& one, const ClusterView& other) { return one.epoch < other.epoch; });
    ClusterView all;
    all.slots = newest->slots;
    all.epoch = newest->epoch;
    for (const ClusterView& view : views) {
        all.is_whole = all.is_whole && view.is_whole;
        for (const NodeAddress& master : view.masters) {
            add(all.masters, master);
        }
    }
    return all;
}

}  // namespace redis
