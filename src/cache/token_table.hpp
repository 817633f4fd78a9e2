// Tokens whose signature and claims were found to be good, so that nobody has to look again: their
// digests, and what has to be looked at each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "slots.hpp"

namespace cache {

// Where a token is found, and 192 bits of SHA-256, of all that judged the token and of the token:
// an invented one must not be taken for a verified one.
struct TokenDigest {
    Digest key;   // the place, and the first of the bits
    Digest rest;  // and what it must be besides
};

// Of the end of the token, which is of its signature and as good as random. It is known before the
// digest is, so that the memory there is on its way meanwhile.
std::uint64_t place_of(std::string_view token);

struct VerifiedToken {
    std::int64_t issued = 0;         // Unix time, 0 where the token does not say
    std::int64_t expires = 0;        // Unix time, 0 where the token does not say
    std::int64_t authenticated = 0;  // Unix time of the login
    std::uint16_t signer = 0;        // the index of its key in the keyring
    bool has_user = false;
    bool has_tenant = false;
    std::uint8_t ids = 0;  // how many it can be revoked by, at most 2
    Digest stale{};        // digests of the store's keys that say so
    Digest epoch{};        // of its tenant
    std::array<Digest, 2> revoked{};
    std::uint16_t use = 0;  // what it is counted under
};

class TokenTable {
public:
    TokenTable() = default;
    TokenTable(void* memory, std::size_t bytes) : slots_(memory, bytes) {}

    // On the way to put(), as that of Slots.
    void approach_all(const TokenDigest& token) const { slots_.approach_all(token.key); }

    // `now` in Unix time, for the order of eviction.
    std::optional<VerifiedToken> find(const TokenDigest& token, std::uint32_t now) const;

    // For who holds the lock.
    void put(const TokenDigest& token, const VerifiedToken& verified, std::uint32_t now);

    std::size_t capacity() const { return slots_.capacity(); }
    std::size_t used() const { return slots_.used(); }
    std::size_t used(std::uint32_t now) const;  // still of use at that Unix time

private:
    static constexpr std::size_t kWords = 14;

    Slots<kWords> slots_;
};

}  // namespace cache
