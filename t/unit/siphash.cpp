#include "../../src/store/siphash.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

// Of the reference implementation: https://github.com/veorq/SipHash/blob/master/vectors.h
TEST_CASE("siphash: the vectors of its authors") {
    constexpr store::Seed kSeed = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    store::SipHash siphash;
    std::string text;
    CHECK(siphash(kSeed, text) ==
          std::array<std::uint64_t, 2>{0xe6a825ba047f81a3, 0x930255c71472f66d});
    text += '\0';
    CHECK(siphash(kSeed, text) ==
          std::array<std::uint64_t, 2>{0x44af996bd8c187da, 0x45fc229b11597634});
    for (char byte = 1; byte < 15; ++byte) {
        text += byte;
    }
    CHECK(siphash(kSeed, text) ==
          std::array<std::uint64_t, 2>{0x11a8b03399e99354, 0xd9c3cf970fec087e});
}

TEST_CASE("siphash: another seed is another digest") {
    store::SipHash siphash;
    CHECK(siphash({1, 2}, "a") != siphash({1, 3}, "a"));
    CHECK(siphash({1, 2}, "a") != siphash({2, 2}, "a"));
    CHECK(siphash({1, 2}, "a") != siphash({1, 2}, "b"));
}

TEST_CASE("siphash: objects of several threads do not disturb each other") {
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 3; ++i) {
        const std::string text(static_cast<std::size_t>(100 + i), 'a');
        const auto expected = store::SipHash()({1, 2}, text);
        threads.emplace_back([text, expected, &wrong] {
            store::SipHash siphash;
            for (int n = 0; n < 20000; ++n) {
                wrong += siphash({1, 2}, text) == expected ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
}
