#include "keyspace.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "refused.hpp"
#include "scores.hpp"
#include "siphash.hpp"

namespace store {
namespace {

constexpr std::size_t kNotesPerWrite = 128;
constexpr std::size_t kMostHops = 4096;  // of a reader without the lock
constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();

// The words of a key's node, with its name and, of a text, the value behind them.
enum : std::size_t { kNext, kDigest, kExpires = 3, kFlags, kValue, kMark, kTexts };
constexpr std::uint64_t kTypeMask = 7;
constexpr unsigned kLengthShift = 8;

Offset at(Offset node, std::size_t word) {
    return node + word * sizeof(Word);
}

std::int64_t mark_of(std::string_view text) {
    std::int64_t time = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, time);
    return error == std::errc() && stop == end && time >= 0 ? time : kEndOfTime;
}

std::uint64_t word_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

bool is_past(std::uint64_t expires, std::int64_t now) {
    return expires != 0 && static_cast<std::int64_t>(expires) <= now;
}

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
    return siphash(seed(), key);
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

std::uint64_t Keyspace::scan(std::uint64_t cursor, std::size_t most, const Visit& visit) const {
    constexpr std::size_t kBucketsPerKey = 16;
    const std::uint64_t end = buckets();
    std::size_t seen = 0;
    const std::uint64_t last = std::min(end, cursor + (most + 1) * kBucketsPerKey);
    for (; cursor < last && seen < most; ++cursor) {
        const Offset head =
            region_.header().buckets.load(std::memory_order_relaxed) + cursor * sizeof(Word);
        for (Offset node = region_.get(head); node != 0; node = region_.get(at(node, kNext))) {
            if (!is_expired(node)) {
                visit(key_of(node), type_of(node));
                ++seen;
            }
        }
    }
    return cursor < end ? cursor : 0;
}

void Keyspace::dump_key(Offset node, const Emit& emit) const {
    const std::string_view key = key_of(node);
    const auto expires = static_cast<std::int64_t>(region_.get(at(node, kExpires)));
    if (type_of(node) == Type::text) {
        emit(write_effect({Effect::Kind::put, {key, text_of(node)}, expires}));
        return;
    }
    const bool sorted = type_of(node) == Type::sorted;
    emit(write_effect({Effect::Kind::remove, {key}, 0}));
    names_of(node).each([&](const Named& entry) {
        emit(write_effect({sorted ? Effect::Kind::scored : Effect::Kind::fields,
                           {key, entry.name, entry.value},
                           0}));
    });
    emit(write_effect({Effect::Kind::expiry, {key}, expires}));
}

std::uint64_t Keyspace::dump(std::uint64_t cursor, std::size_t buckets, const Emit& emit) const {
    const std::uint64_t end = this->buckets();
    for (; buckets > 0 && cursor < end; --buckets, ++cursor) {
        const Offset head =
            region_.header().buckets.load(std::memory_order_relaxed) + cursor * sizeof(Word);
        for (Offset node = region_.get(head); node != 0; node = region_.get(at(node, kNext))) {
            if (!is_expired(node)) {
                dump_key(node, emit);
            }
        }
    }
    return cursor < end ? cursor : 0;
}

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

// A key that is made by a part of it, the rest having expired, ends when that would have.
void Keyspace::apply(std::string_view bytes) {
    const auto effect = read_effect(bytes);
    if (!effect) {
        throw Refused("ERR no effect of this version");
    }
    const auto& texts = effect->texts;
    const std::string_view key = texts.front();
    const bool is_new = live(key) == 0;
    switch (effect->kind) {
        case Effect::Kind::put:
            if (is_past(word_of(effect->expires), now_)) {
                erase(key);
            } else {
                set(key, texts[1], effect->expires);
            }
            break;
        case Effect::Kind::remove:
            erase(key);
            break;
        case Effect::Kind::fields: {
            std::vector<Named> fields;
            for (std::size_t i = 1; i + 1 < texts.size(); i += 2) {
                fields.push_back({texts[i], texts[i + 1]});
            }
            set_fields(key, fields);
            break;
        }
        case Effect::Kind::less:
            erase_field(key, texts[1]);
            break;
        case Effect::Kind::scored:
            if (texts[2].size() != sizeof(double)) {
                throw Refused("ERR no effect of this version");
            }
            add_member(key, texts[1], read_score(texts[2]));
            break;
        case Effect::Kind::without:
            erase_member(key, texts[1]);
            break;
        case Effect::Kind::expiry:
            expire(key, effect->expires);
            return;
    }
    if (is_new && effect->expires != 0) {
        expire(key, effect->expires);
    }
}

std::size_t Keyspace::sweep_bucket(Offset head) {
    std::size_t swept = 0;
    for (Offset node = region_.get(head); node != 0;) {
        const Offset next = region_.get(at(node, kNext));
        if (is_expired(node)) {
            if (region_.room() < kNotesPerWrite) {
                region_.commit();  // what is discarded is collected in the end
            }
            remove(node);
            ++swept;
        }
        node = next;
    }
    return swept;
}

std::size_t Keyspace::sweep(std::size_t buckets) {
    const std::uint64_t end = this->buckets();
    std::uint64_t next = region_.get(offsetof(Header, swept));
    std::size_t swept = 0;
    for (buckets = std::min<std::size_t>(buckets, end); buckets > 0; --buckets) {
        swept += sweep_bucket(region_.header().buckets.load(std::memory_order_relaxed) +
                              next % end * sizeof(Word));
        next = next % end + 1;
        if (region_.room() < kNotesPerWrite) {
            region_.commit();
            arena_.collect();
        }
    }
    region_.put(offsetof(Header, swept), next % end);
    region_.commit();
    arena_.collect();
    return swept;
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
