#include "token_table.hpp"

#include <algorithm>
#include <cstring>

namespace cache {

namespace {

using Value = Slots<14>::Value;

constexpr std::size_t kExpires = 3;  // its word

constexpr unsigned kSignerBits = 16;
constexpr std::uint64_t kHasUser = 1U << kSignerBits;
constexpr std::uint64_t kHasTenant = kHasUser << 1;
constexpr unsigned kIdsShift = kSignerBits + 2;
constexpr unsigned kUseShift = 48;

std::uint64_t flags(const VerifiedToken& token) {
    return token.signer | (token.has_user ? kHasUser : 0) | (token.has_tenant ? kHasTenant : 0) |
           static_cast<std::uint64_t>(token.ids) << kIdsShift |
           static_cast<std::uint64_t>(token.use) << kUseShift;
}

Value pack(const Digest& rest, const VerifiedToken& token) {
    return {rest[0],
            rest[1],
            static_cast<std::uint64_t>(token.issued),
            static_cast<std::uint64_t>(token.expires),
            static_cast<std::uint64_t>(token.authenticated),
            flags(token),
            token.stale[0],
            token.stale[1],
            token.epoch[0],
            token.epoch[1],
            token.revoked[0][0],
            token.revoked[0][1],
            token.revoked[1][0],
            token.revoked[1][1]};
}

VerifiedToken unpack(const Value& words) {
    VerifiedToken token;
    token.issued = static_cast<std::int64_t>(words[2]);
    token.expires = static_cast<std::int64_t>(words[kExpires]);
    token.authenticated = static_cast<std::int64_t>(words[4]);
    token.signer = static_cast<std::uint16_t>(words[5]);
    token.has_user = (words[5] & kHasUser) != 0;
    token.has_tenant = (words[5] & kHasTenant) != 0;
    token.ids = static_cast<std::uint8_t>(words[5] >> kIdsShift);
    token.use = static_cast<std::uint16_t>(words[5] >> kUseShift);
    token.stale = {words[6], words[7]};
    token.epoch = {words[8], words[9]};
    token.revoked = {Digest{words[10], words[11]}, Digest{words[12], words[13]}};
    return token;
}

bool is_over(std::uint64_t expires, std::uint32_t now) {
    return expires != 0 && static_cast<std::int64_t>(expires) < static_cast<std::int64_t>(now);
}

}  // namespace

std::uint64_t place_of(std::string_view token) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // spreads each bit over those above it
    const auto fold = [](std::uint64_t word) { return word ^ word >> 32; };
    std::uint64_t word = 0;
    const std::size_t size = std::min(token.size(), sizeof(word));
    std::memcpy(&word, token.data() + token.size() - size, size);
    return fold(fold(word * kOdd) * kOdd);
}

std::optional<VerifiedToken> TokenTable::find(const TokenDigest& token, std::uint32_t now) const {
    const std::optional<Value> found = slots_.find(token.key, now);
    if (!found || Digest{(*found)[0], (*found)[1]} != token.rest) {
        return std::nullopt;
    }
    return unpack(*found);
}

void TokenTable::put(const TokenDigest& token, const VerifiedToken& verified, std::uint32_t now) {
    slots_.put(token.key, pack(token.rest, verified), now,
               [now](const auto& word) { return is_over(word(kExpires), now) ? 0U : 1U; });
}

std::size_t TokenTable::used(std::uint32_t now) const {
    return slots_.used([now](const Value& value) { return !is_over(value[kExpires], now); });
}

}  // namespace cache
