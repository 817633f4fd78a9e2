#include "effects.hpp"

#include <cstring>

namespace store {
namespace {

template <typename Number>
void append_number(std::string& bytes, Number number) {
    for (std::size_t i = 0; i < sizeof(number); ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> 8 * i & 0xff);
    }
}

template <typename Number>
std::optional<Number> take_number(std::string_view& bytes) {
    if (bytes.size() < sizeof(Number)) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    }
    bytes.remove_prefix(sizeof(Number));
    return static_cast<Number>(number);
}

// How many texts there must be, and whether there may be more of them, in pairs.
bool is_sound(const Effect& effect) {
    const std::size_t count = effect.texts.size();
    switch (effect.kind) {
        case Effect::Kind::remove:
        case Effect::Kind::expiry:
            return count == 1;
        case Effect::Kind::put:
        case Effect::Kind::less:
        case Effect::Kind::without:
            return count == 2;
        case Effect::Kind::scored:
            return count == 3;
        case Effect::Kind::fields:
            return count >= 3 && count % 2 == 1;
    }
    return false;
}

}  // namespace

std::string write_effect(const Effect& effect) {
    std::string bytes(1, static_cast<char>(effect.kind));
    append_number(bytes, effect.expires);
    for (const std::string_view text : effect.texts) {
        append_number(bytes, static_cast<std::uint32_t>(text.size()));
        bytes += text;
    }
    return bytes;
}

std::optional<Effect> read_effect(std::string_view bytes) {
    if (bytes.empty()) {
        return std::nullopt;
    }
    Effect effect;
    effect.kind = static_cast<Effect::Kind>(bytes.front());
    bytes.remove_prefix(1);
    const auto expires = take_number<std::int64_t>(bytes);
    if (!expires) {
        return std::nullopt;
    }
    effect.expires = *expires;
    while (!bytes.empty()) {
        const auto size = take_number<std::uint32_t>(bytes);
        if (!size || *size > bytes.size()) {
            return std::nullopt;
        }
        effect.texts.push_back(bytes.substr(0, *size));
        bytes.remove_prefix(*size);
    }
    return is_sound(effect) ? std::optional(effect) : std::nullopt;
}

}  // namespace store
