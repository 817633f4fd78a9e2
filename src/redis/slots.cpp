#include "slots.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <functional>

namespace redis {

namespace {

constexpr std::array<std::uint16_t, 256> crc_table() {
    constexpr std::uint16_t kPolynomial = 0x1021;
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = byte << 8;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 0x8000) != 0 ? (crc << 1) ^ kPolynomial : crc << 1;
        }
        table[byte] = static_cast<std::uint16_t>(crc);
    }
    return table;
}

unsigned crc16(std::string_view bytes) {
    static constexpr auto kTable = crc_table();
    unsigned crc = 0;
    for (const char byte : bytes) {
        crc = ((crc << 8) & 0xffff) ^ kTable[(crc >> 8) ^ static_cast<unsigned char>(byte)];
    }
    return crc;
}

bool is_address(const std::string& host) {
    in6_addr address;
    return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

// What stands before the separator; the text goes on behind it.
std::string_view cut(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
}

// The host as a node gives it: nothing means its own, and what is no address is a name.
NodeAddress node_at(std::string_view host, std::uint16_t port, const NodeAddress& asked) {
    NodeAddress node;
    node.port = port;
    if (host.empty()) {
        node.host = asked.host;
        node.name = asked.name;
        return node;
    }
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    node.host = host;
    if (!is_address(node.host)) {
        node.name.swap(node.host);
    }
    return node;
}

bool is_number(const Reply& reply, std::int64_t least, std::int64_t most) {
    return reply.type == Reply::Type::integer && reply.integer >= least && reply.integer <= most;
}

// The address of a node that is told by its name.
std::string told_address(const Reply& node) {
    if (node.elements.size() > 3) {
        const std::vector<Reply>& more = node.elements[3].elements;
        for (std::size_t i = 0; i + 1 < more.size(); i += 2) {
            if (more[i].text == "ip" && is_address(more[i + 1].text)) {
                return more[i + 1].text;
            }
        }
    }
    return {};
}

// Host, port, and behind its id what else there is to know.
std::optional<NodeAddress> read_master(const Reply& reply, const NodeAddress& asked) {
    const std::vector<Reply>& element = reply.elements;
    if (element.size() < 2 || !is_number(element[1], 1, UINT16_MAX) ||
        (element[0].type != Reply::Type::string && element[0].type != Reply::Type::nil)) {
        return std::nullopt;
    }
    NodeAddress node =
        node_at(element[0].text, static_cast<std::uint16_t>(element[1].integer), asked);
    if (node.host.empty()) {
        node.host = told_address(reply);
    }
    if (node.name == "?") {
        node.name.clear();
    }
    return node;
}

}  // namespace

std::string_view hashed_part(std::string_view key) {
    const std::size_t open = key.find('{');
    if (open != std::string_view::npos) {
        const std::size_t close = key.find('}', open + 1);
        if (close != std::string_view::npos && close > open + 1) {
            return key.substr(open + 1, close - open - 1);
        }
    }
    return key;
}

unsigned slot_of(std::string_view key) {
    return crc16(hashed_part(key)) % kSlots;
}

std::string NodeAddress::text() const {
    const std::string& shown = host.empty() ? name : host;
    const bool is_ipv6 = shown.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + shown + "]" : shown) + ":" + std::to_string(port);
}

// IPv6 has colons itself, and no brackets here.
std::optional<NodeAddress> read_address(std::string_view text, const NodeAddress& asked) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto port = read_number<std::uint16_t>(text.substr(colon + 1));
    return port ? std::optional(node_at(text.substr(0, colon), *port, asked)) : std::nullopt;
}

std::optional<SlotMap> SlotMap::read(const Reply& reply, const NodeAddress& asked) {
    if (reply.type != Reply::Type::array) {
        return std::nullopt;
    }
    SlotMap map;
    for (const Reply& range : reply.elements) {
        const std::vector<Reply>& element = range.elements;
        if (element.size() < 3 || !is_number(element[0], 0, kSlots - 1) ||
            !is_number(element[1], element[0].integer, kSlots - 1)) {
            return std::nullopt;
        }
        const auto node = read_master(element[2], asked);
        if (!node) {
            return std::nullopt;
        }
        if (node->host.empty()) {
            map.whole_ = false;
            continue;  // as if nobody had them
        }
        const std::uint16_t number = map.number_of(*node);
        std::fill(map.owners_.begin() + element[0].integer,
                  map.owners_.begin() + element[1].integer + 1, number);
    }
    return map;
}

const NodeAddress* SlotMap::owner(unsigned slot) const {
    const std::uint16_t number = owners_.at(slot);
    return number == 0 ? nullptr : &nodes_[number - 1];
}

void SlotMap::give(unsigned slot, const NodeAddress& node) {
    owners_.at(slot) = number_of(node);
}

std::vector<NodeAddress> SlotMap::masters() const {
    std::vector<bool> has_slots(nodes_.size() + 1);
    for (const std::uint16_t number : owners_) {
        has_slots[number] = true;
    }
    std::vector<NodeAddress> masters;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (has_slots[i + 1]) {
            masters.push_back(nodes_[i]);
        }
    }
    return masters;
}

bool SlotMap::agrees(const SlotMap& other) const {
    std::vector<std::uint16_t> same(nodes_.size() + 1);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto place = std::find(other.nodes_.begin(), other.nodes_.end(), nodes_[i]);
        same[i + 1] = place == other.nodes_.end()
                          ? UINT16_MAX
                          : static_cast<std::uint16_t>(place - other.nodes_.begin() + 1);
    }
    return std::equal(owners_.begin(), owners_.end(), other.owners_.begin(),
                      [&same](std::uint16_t own, std::uint16_t its) { return same[own] == its; });
}

std::uint64_t SlotMap::digest() const {
    constexpr std::uint64_t kBasis = 0xcbf29ce484222325;  // of FNV-1a
    constexpr std::uint64_t kPrime = 0x100000001b3;
    std::vector<std::uint64_t> numbers = {0};
    for (const NodeAddress& node : nodes_) {
        numbers.push_back(std::hash<std::string>()(node.text()));
    }
    std::uint64_t digest = kBasis;
    for (const std::uint16_t owner : owners_) {
        digest = (digest ^ numbers[owner]) * kPrime;
    }
    return digest | 1;
}

std::string SlotMap::tag_of(const NodeAddress& node) const {
    const auto is_of = [this, &node](unsigned slot) {
        const NodeAddress* master = owner(slot);
        return master != nullptr && *master == node;
    };
    bool has_slots = false;
    for (unsigned slot = 0; slot < kSlots && !has_slots; ++slot) {
        has_slots = is_of(slot);
    }
    if (!has_slots) {
        return {};
    }
    constexpr unsigned kMostTags = 1000000;  // every slot has one among far fewer
    for (unsigned number = 0; number < kMostTags; ++number) {
        std::string tag = std::to_string(number);
        if (is_of(slot_of(tag))) {
            return tag;
        }
    }
    return {};
}

std::optional<unsigned> SlotMap::first_slot(unsigned from) const {
    std::vector<bool> seen(nodes_.size() + 1);
    seen[0] = true;
    for (unsigned slot = 0; slot < kSlots; ++slot) {
        const std::uint16_t number = owners_[slot];
        if (!seen[number] && slot >= from) {
            return slot;
        }
        seen[number] = true;
    }
    return std::nullopt;
}

std::uint16_t SlotMap::number_of(const NodeAddress& node) {
    const auto place = std::find(nodes_.begin(), nodes_.end(), node);
    const auto number = static_cast<std::uint16_t>(place - nodes_.begin() + 1);
    if (place == nodes_.end()) {
        nodes_.push_back(node);
    }
    return number;
}

std::optional<Redirection> redirection(const Reply& reply, const NodeAddress& asked) {
    if (!reply.is_error()) {
        return std::nullopt;
    }
    std::string_view text = reply.text;
    const std::string_view word = cut(text, ' ');
    if (word != "MOVED" && word != "ASK") {
        return std::nullopt;
    }
    const auto slot = read_number<unsigned>(cut(text, ' '));
    const auto node = read_address(text, asked);
    if (!slot || *slot >= kSlots || !node) {
        return std::nullopt;
    }
    return Redirection{word == "ASK", *slot, *node};
}

}  // namespace redis
