#include "keyspace.hpp"

#include <algorithm>
#include <limits>

#include "node.hpp"
#include "refused.hpp"
#include "scores.hpp"

namespace store {
namespace {

constexpr std::size_t kMostHops = 4096;  // of a reader without the lock
constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();

Glance glance_of(const Region& region, Offset node, std::int64_t now) {
    const std::uint64_t flags = region.get(at(node, kFlags));
    if (is_past(region.get(at(node, kExpires)), now)) {
        return {};
    }
    const bool is_text = static_cast<Type>(flags & kTypeMask) == Type::text;
    return {true, is_text ? static_cast<std::int64_t>(region.get(at(node, kMark))) : kEndOfTime};
}

}  // namespace

bool Keyspace::format(void* memory, std::size_t bytes, const Seed& seed) {
    if (!Region::format(memory, bytes, seed)) {
        return false;
    }
    Arena(Region(memory)).format();
    return true;
}

Seed Keyspace::seed() const {
    const Header& own = region_.header();
    return {own.seed[0].load(std::memory_order_relaxed),
            own.seed[1].load(std::memory_order_relaxed)};
}

void Keyspace::recover() {
    if (region_.is_open()) {
        region_.roll_back();
    }
    arena_.collect();
}

void Keyspace::close(bool closed) {
    region_.put(offsetof(Header, closed), closed ? 1 : 0);
    region_.commit();
}

Digest Keyspace::digest(std::string_view key) const {
    return siphash_(seed(), key);
}

std::size_t Keyspace::buckets() const {
    return region_.header().bucket_count.load(std::memory_order_relaxed);
}

Usage Keyspace::usage() const {
    return {arena_.used(), arena_.capacity(),
            region_.header().keys.load(std::memory_order_relaxed)};
}

Offset Keyspace::bucket(const Digest& key) const {
    const Header& own = region_.header();
    return own.buckets.load(std::memory_order_relaxed) + key[0] % buckets() * sizeof(Word);
}

std::optional<Glance> Keyspace::glance(const Digest& key, std::int64_t now) const {
    const Word& version = region_.header().version;
    const std::uint64_t before = version.load(std::memory_order_acquire);
    if (before % 2 != 0) {
        return std::nullopt;
    }
    Glance found;
    Offset node = region_.get(bucket(key));
    for (std::size_t hops = 0; node != 0; ++hops) {
        if (hops > kMostHops || !region_.has(node, kTexts * sizeof(Word))) {
            return std::nullopt;
        }
        if (region_.get(at(node, kDigest)) == key[0] &&
            region_.get(at(node, kDigest + 1)) == key[1]) {
            found = glance_of(region_, node, now);
            break;
        }
        node = region_.get(at(node, kNext));
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    return version.load(std::memory_order_relaxed) == before ? std::optional(found) : std::nullopt;
}

Glance Keyspace::look(const Digest& key, std::int64_t now) const {
    for (Offset node = region_.get(bucket(key)); node != 0; node = region_.get(at(node, kNext))) {
        if (region_.get(at(node, kDigest)) == key[0] &&
            region_.get(at(node, kDigest + 1)) == key[1]) {
            return glance_of(region_, node, now);
        }
    }
    return {};
}

std::int64_t Keyspace::expiry_of(Offset node) const {
    return static_cast<std::int64_t>(region_.get(at(node, kExpires)));
}

Type Keyspace::type_of(Offset node) const {
    return static_cast<Type>(region_.get(at(node, kFlags)) & kTypeMask);
}

std::string_view Keyspace::key_of(Offset node) const {
    return {region_.text(at(node, kTexts)), region_.get(at(node, kFlags)) >> kLengthShift};
}

std::string_view Keyspace::text_of(Offset node) const {
    const std::string_view key = key_of(node);
    return {key.data() + key.size(), region_.get(at(node, kValue))};
}

Names Keyspace::names_of(Offset node) const {
    return {region_, region_.get(at(node, kValue)), type_of(node) == Type::sorted};
}

bool Keyspace::is_expired(Offset node) const {
    return is_past(region_.get(at(node, kExpires)), now_);
}

Offset Keyspace::find(std::string_view key) const {
    const Digest own = digest(key);
    Offset node = region_.get(bucket(own));
    while (node != 0 && (region_.get(at(node, kDigest)) != own[0] ||
                         region_.get(at(node, kDigest + 1)) != own[1] || key_of(node) != key)) {
        node = region_.get(at(node, kNext));
    }
    return node;
}

Offset Keyspace::live(std::string_view key) const {
    const Offset node = find(key);
    return node == 0 || is_expired(node) ? 0 : node;
}

Offset Keyspace::live(std::string_view key, Type type) const {
    const Offset node = live(key);
    if (node != 0 && type_of(node) != type) {
        throw Refused(kWrongType);
    }
    return node;
}

Type Keyspace::type(std::string_view key) const {
    const Offset node = live(key);
    return node == 0 ? Type::none : type_of(node);
}

std::optional<std::int64_t> Keyspace::expiry(std::string_view key) const {
    const Offset node = live(key);
    return node == 0 ? std::nullopt
                     : std::optional(static_cast<std::int64_t>(region_.get(at(node, kExpires))));
}

std::optional<std::string> Keyspace::get(std::string_view key) const {
    const Offset node = live(key, Type::text);
    return node == 0 ? std::nullopt : std::optional<std::string>(text_of(node));
}

std::optional<std::string> Keyspace::field(std::string_view key, std::string_view name) const {
    const Offset node = live(key, Type::hash);
    const auto found = node == 0 ? std::nullopt : names_of(node).find(name);
    return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::map<std::string, std::string> Keyspace::fields(std::string_view key) const {
    std::map<std::string, std::string> all;
    if (const Offset node = live(key, Type::hash)) {
        names_of(node).each([&all](const Named& entry) { all.emplace(entry.name, entry.value); });
    }
    return all;
}

std::optional<double> Keyspace::score(std::string_view key, std::string_view member) const {
    const Offset node = live(key, Type::sorted);
    const auto found = node == 0 ? std::nullopt : names_of(node).find(member);
    return found ? std::optional(read_score(*found)) : std::nullopt;
}

std::size_t Keyspace::count(std::string_view key) const {
    const Offset node = live(key, Type::sorted);
    return node == 0 ? 0 : region_.get(at(node, kMark));
}

std::vector<Scored> Keyspace::members(std::string_view key) const {
    std::vector<Scored> all;
    if (const Offset node = live(key, Type::sorted)) {
        names_of(node).each([&all](const Named& entry) {
            all.push_back({std::string(entry.name), read_score(entry.value)});
        });
    }
    std::stable_sort(all.begin(), all.end(), [](const Scored& one, const Scored& other) {
        return one.score < other.score;  // they came by their names
    });
    return all;
}

std::optional<Scored> Keyspace::last_member(std::string_view key) const {
    const Offset node = live(key, Type::sorted);
    if (node == 0) {
        return std::nullopt;
    }
    const Named last = names_of(node).last();
    return Scored{std::string(last.name), read_score(last.value)};
}

}  // namespace store
