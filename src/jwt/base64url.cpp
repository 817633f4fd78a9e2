#include "base64url.hpp"

#include <array>
#include <cstdint>

namespace jwt {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t kInvalid = 0xff;
constexpr std::uint32_t kLargest = 0x3f;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) {
        value = kInvalid;
    }
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr auto kValues = make_values();

}  // namespace

std::optional<std::string> base64url_decode(std::string_view text) {
    const std::size_t rest = text.size() % 4;
    if (rest == 1) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
    char* out = bytes.data();
    std::uint32_t seen = 0;  // has a bit above the six that values have where one is no value
    const auto value = [text, &seen](std::size_t at) {
        const std::uint32_t one = kValues[static_cast<unsigned char>(text[at])];
        seen |= one;
        return one;
    };
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4) {
        const std::uint32_t group =
            value(at) << 18 | value(at + 1) << 12 | value(at + 2) << 6 | value(at + 3);
        *out++ = static_cast<char>(group >> 16);
        *out++ = static_cast<char>(group >> 8);
        *out++ = static_cast<char>(group);
    }
    // Stray bits would give one signature many spellings, and a token many hashes.
    std::uint32_t stray = 0;
    if (rest >= 2) {
        const std::uint32_t third = rest == 3 ? value(at + 2) : 0;
        const std::uint32_t group = value(at) << 18 | value(at + 1) << 12 | third << 6;
        *out++ = static_cast<char>(group >> 16);
        if (rest == 3) {
            *out++ = static_cast<char>(group >> 8);
        }
        stray = group & (rest == 3 ? 0xffU : 0xffffU);
    }
    if (stray != 0 || seen > kLargest) {
        return std::nullopt;
    }
    return bytes;
}

std::string base64url_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        buffer = buffer << 8 | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text.push_back(kAlphabet[buffer >> bits & 0x3f]);
        }
    }
    if (bits > 0) {
        text.push_back(kAlphabet[buffer << (6 - bits) & 0x3f]);
    }
    return text;
}

}  // namespace jwt
