// SHA-256 against FIPS 180-2, appendix B: https://csrc.nist.gov/pubs/fips/180-2/upd1/final
#include "../../src/session/hash.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "../../src/jwt/base64url.hpp"

using session::digest_of;
using session::hash_of;

namespace {

// The first 128 bits, from digits.
std::array<std::uint64_t, 2> bits(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    std::array<std::uint64_t, 2> words{};
    REQUIRE(bytes.size() == sizeof(words));
    std::memcpy(words.data(), bytes.data(), sizeof(words));
    return words;
}

const std::string kLong = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

}  // namespace

TEST_CASE("hash: published vectors") {
    CHECK(hash_of("abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    CHECK(hash_of("") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    CHECK(digest_of("abc", "") == bits("ba7816bf8f01cfea414140de5dae2223"));
    CHECK(digest_of("", "") == bits("e3b0c44298fc1c149afbf4c8996fb924"));
    CHECK(digest_of(kLong, "") == bits("248d6a61d20638b8e5c026930c3e6039"));
    CHECK(digest_of(std::string(1000000, 'a'), "") == bits("cdc76e5c9914fb9281a1c7e284d73e67"));
}

TEST_CASE("hash: two texts are hashed one behind the other, wherever they meet") {
    for (std::size_t i = 0; i <= kLong.size(); ++i) {
        CHECK(digest_of(kLong.substr(0, i), kLong.substr(i)) == digest_of(kLong, ""));
    }
    CHECK(digest_of("a", "b") != digest_of("b", "a"));
}

TEST_CASE("hash: any byte counts") {
    const std::string zero("\0", 1);
    CHECK(digest_of(zero, "") != digest_of("", ""));
    CHECK(digest_of("a" + zero, "b") != digest_of("a", "b"));
    CHECK(digest_of("\xff", "") != digest_of("\xfe", ""));
}

TEST_CASE("hash: the digests are the hash and its beginning") {
    const std::string bytes = *jwt::base64url_decode(hash_of("session:revoked:{42}:j1"));
    session::Digest256 words{};
    REQUIRE(bytes.size() == sizeof(words));
    std::memcpy(words.data(), bytes.data(), sizeof(words));
    CHECK(session::digest256_of("session:", "revoked:{42}:j1") == words);
    CHECK(digest_of("session:", "revoked:{42}:j1") ==
          std::array<std::uint64_t, 2>{words[0], words[1]});
}
