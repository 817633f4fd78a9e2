#include <algorithm>

#include "keyspace.hpp"
#include "node.hpp"
#include "refused.hpp"
#include "scores.hpp"

namespace store {
namespace {

constexpr std::size_t kTextsPerEffect = 64;

}  // namespace

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
    emit(write_effect({Effect::Kind::remove, {key}, 0}));
    Effect fields{Effect::Kind::fields, {key}, 0};
    const bool sorted = type_of(node) == Type::sorted;
    names_of(node).each([&](const Named& entry) {
        if (sorted) {
            emit(write_effect({Effect::Kind::scored, {key, entry.name, entry.value}, 0}));
            return;
        }
        fields.texts.insert(fields.texts.end(), {entry.name, entry.value});
        if (fields.texts.size() > kTextsPerEffect) {
            emit(write_effect(fields));
            fields.texts.resize(1);
        }
    });
    if (fields.texts.size() > 1) {
        emit(write_effect(fields));
    }
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
            if (effect->expires != 0 && effect->expires <= now_) {
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

}  // namespace store
