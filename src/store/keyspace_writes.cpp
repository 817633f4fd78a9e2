#include <algorithm>
#include <charconv>
#include <limits>

#include "keyspace.hpp"
#include "node.hpp"
#include "refused.hpp"
#include "scores.hpp"

namespace store {
namespace {

std::int64_t mark_of(std::string_view text) {
    std::int64_t time = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, time);
    return error == std::errc() && stop == end && time >= 0
               ? time
               : std::numeric_limits<std::int64_t>::max();
}

std::uint64_t word_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

}  // namespace

// The notes of one write always fit; what was done before becomes a step of its own.
void Keyspace::prepare() {
    if (region_.room() >= kNotesPerWrite) {
        return;
    }
    if (sink_ && !effects_.empty() && !sink_(effects_)) {
        throw Refused(kUnkept);
    }
    effects_.clear();
    region_.commit();
    arena_.collect();
}

void Keyspace::done(Effect::Kind kind, std::vector<std::string_view> texts, std::int64_t expires) {
    if (sink_) {
        effects_.push_back(write_effect({kind, std::move(texts), expires}));
    }
}

Offset Keyspace::add(std::string_view key, Type type, std::string_view value,
                     std::int64_t expires) {
    const Offset node =
        arena_.allocate(kTexts * sizeof(Word) + key.size() + value.size(), Kind::node, purpose_);
    if (node == 0) {
        throw Full();
    }
    const Digest own = digest(key);
    const Offset head = bucket(own);
    const bool is_text = type == Type::text;
    region_.set(at(node, kNext), region_.get(head));
    region_.set(at(node, kDigest), own[0]);
    region_.set(at(node, kDigest + 1), own[1]);
    region_.set(at(node, kExpires), word_of(expires));
    region_.set(at(node, kFlags), static_cast<std::uint64_t>(type) | (is_text ? 0 : kHasBlock) |
                                      std::uint64_t{key.size()} << kLengthShift);
    region_.set(at(node, kValue), is_text ? value.size() : 0);
    region_.set(at(node, kMark), is_text ? word_of(mark_of(value)) : 0);
    char* texts = region_.text(at(node, kTexts));
    std::copy(key.begin(), key.end(), texts);
    std::copy(value.begin(), value.end(), texts + key.size());
    region_.put(head, node);
    region_.put(offsetof(Header, keys), region_.get(offsetof(Header, keys)) + 1);
    return node;
}

void Keyspace::remove(Offset node) {
    Offset before = bucket({region_.get(at(node, kDigest)), region_.get(at(node, kDigest + 1))});
    while (region_.get(before) != node) {
        before = region_.get(before);  // a node's first word is the link
    }
    region_.put(before, region_.get(at(node, kNext)));
    region_.put(offsetof(Header, keys), region_.get(offsetof(Header, keys)) - 1);
    arena_.discard(node);
}

// A new key has nothing of one that expired, which may have been swept without an effect.
Offset Keyspace::live_or_new(std::string_view key, Type type) {
    if (const Offset node = live(key, type)) {
        return node;
    }
    if (const Offset expired = find(key)) {
        remove(expired);
    }
    done(Effect::Kind::remove, {key});
    return add(key, type, "", 0);
}

// A key with nothing in it is none.
void Keyspace::put_names(Offset node, const Names& names) {
    region_.put(at(node, kValue), names.block());
    if (names.block() == 0) {
        remove(node);
    }
}

void Keyspace::set(std::string_view key, std::string_view value, std::int64_t expires) {
    prepare();
    if (const Offset old = find(key)) {
        remove(old);
    }
    add(key, Type::text, value, expires);
    done(Effect::Kind::put, {key, value}, expires);
}

bool Keyspace::erase(std::string_view key) {
    prepare();
    const Offset node = find(key);
    if (node == 0) {
        return false;
    }
    const bool was_there = !is_expired(node);
    remove(node);
    done(Effect::Kind::remove, {key});
    return was_there;
}

bool Keyspace::expire(std::string_view key, std::int64_t expires) {
    prepare();
    const Offset node = live(key);
    if (node == 0) {
        return false;
    }
    region_.put(at(node, kExpires), word_of(expires));
    done(Effect::Kind::expiry, {key}, expires);
    return true;
}

std::size_t Keyspace::set_fields(std::string_view key, const std::vector<Named>& fields) {
    prepare();
    const Offset node = live_or_new(key, Type::hash);
    Names names = names_of(node);
    const std::size_t added = names.set(fields, purpose_);
    put_names(node, names);
    std::vector<std::string_view> texts = {key};
    for (const Named& field : fields) {
        texts.push_back(field.name);
        texts.push_back(field.value);
    }
    done(Effect::Kind::fields, std::move(texts), expiry_of(node));
    return added;
}

bool Keyspace::erase_field(std::string_view key, std::string_view name) {
    prepare();
    const Offset node = live(key, Type::hash);
    Names names = node == 0 ? Names(region_, 0, false) : names_of(node);
    if (!names.erase(name, purpose_)) {
        return false;
    }
    put_names(node, names);
    done(Effect::Kind::less, {key, name});
    return true;
}

bool Keyspace::add_member(std::string_view key, std::string_view member, double score) {
    prepare();
    const Offset node = live_or_new(key, Type::sorted);
    Names names = names_of(node);
    const bool added = names.set({{member, score_bytes(score)}}, purpose_) == 1;
    put_names(node, names);
    if (added) {
        region_.put(at(node, kMark), region_.get(at(node, kMark)) + 1);
    }
    done(Effect::Kind::scored, {key, member, score_bytes(score)}, expiry_of(node));
    return added;
}

bool Keyspace::erase_member(std::string_view key, std::string_view member) {
    prepare();
    const Offset node = live(key, Type::sorted);
    Names names = node == 0 ? Names(region_, 0, true) : names_of(node);
    if (!names.erase(member, purpose_)) {
        return false;
    }
    region_.put(at(node, kMark), region_.get(at(node, kMark)) - 1);
    put_names(node, names);
    done(Effect::Kind::without, {key, member});
    return true;
}

std::size_t Keyspace::erase_scored(std::string_view key, double least, double most) {
    std::vector<std::string> members;
    if (const Offset node = live(key, Type::sorted)) {
        names_of(node).each_scored(
            least, most, [&members](const Named& entry) { members.emplace_back(entry.name); });
    }
    for (const std::string& member : members) {
        erase_member(key, member);
    }
    return members.size();
}

Change::Change(Keyspace& keyspace, std::int64_t now, Purpose purpose) : keyspace_(keyspace) {
    if (keyspace.region_.header().closed.load(std::memory_order_relaxed) != 0) {
        throw Refused(kClosed);
    }
    keyspace.now_ = now;
    keyspace.purpose_ = purpose;
    keyspace.effects_.clear();
}

Change::~Change() {
    keyspace_.region_.roll_back();
    keyspace_.effects_.clear();
    keyspace_.arena_.collect();
}

void Change::commit() {
    if (keyspace_.sink_ && !keyspace_.effects_.empty() && !keyspace_.sink_(keyspace_.effects_)) {
        throw Refused(kUnkept);
    }
    keyspace_.region_.commit();
}

}  // namespace store
