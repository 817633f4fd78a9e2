#include "siphash.hpp"

#include <cstddef>

namespace store {
namespace {

using State = std::array<std::uint64_t, 4>;

std::uint64_t rotate(std::uint64_t word, unsigned bits) {
    return word << bits | word >> (64 - bits);
}

void mix(State& v, int rounds) {
    for (int i = 0; i < rounds; ++i) {
        v[0] += v[1];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[0] = rotate(v[0], 32);
        v[2] += v[3];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    }
    return word;
}

}  // namespace

std::array<std::uint64_t, 2> siphash(const Seed& seed, std::string_view text) {
    constexpr std::size_t kWord = 8;
    constexpr int kCompress = 2;
    constexpr int kFinish = 4;
    State v = {seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d ^ 0xee,
               seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573};
    std::uint64_t last = std::uint64_t{text.size()} << 56;
    for (; text.size() >= kWord; text.remove_prefix(kWord)) {
        const std::uint64_t word = little_endian(text.substr(0, kWord));
        v[3] ^= word;
        mix(v, kCompress);
        v[0] ^= word;
    }
    last |= little_endian(text);
    v[3] ^= last;
    mix(v, kCompress);
    v[0] ^= last;
    v[2] ^= 0xee;
    mix(v, kFinish);
    const std::uint64_t low = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    mix(v, kFinish);
    return {low, v[0] ^ v[1] ^ v[2] ^ v[3]};
}

}  // namespace store
