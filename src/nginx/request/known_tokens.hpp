// Tokens that this worker has lately found in the zone, and what it need not find out again of
// those that come once more. The zone knows them too, but its memory is far, and it knows them by
// their digests: here they are close together, nobody else writes, and a look compares bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../cache/token_table.hpp"
#include "../../session/evidence.hpp"
#include "../../session/standing.hpp"
#include "../realm/realm.hpp"
#include "mirror.hpp"

namespace nginx {

// What the store is asked of one session; nothing about its record.
struct Question {
    redis::Commands commands;
    std::vector<session::About> about;  // of each
    std::vector<cache::Digest> keys;    // of each, where the zone may know it
};

// A token that is looked for, in the words of a request that outlives it.
class SoughtToken {
public:
    SoughtToken(const Realm& realm, const session::Presented& presented);

    const Realm& realm() const { return realm_; }
    std::string_view judges() const { return judges_; }  // a fingerprint; empty: it is not kept
    std::string_view token() const { return token_; }
    std::uint64_t place() const { return place_; }

    // What the zone knows it by. Throws std::runtime_error where OpenSSL fails.
    const cache::TokenDigest& digest();

private:
    const Realm& realm_;
    std::string_view judges_;
    std::string_view token_;
    std::uint64_t place_;
    std::optional<cache::TokenDigest> digest_;  // made where it is asked for
};

struct KnownToken {
    const Realm* realm = nullptr;  // null: it is not kept here
    cache::TokenDigest digest;
    std::string text;  // what judges the token, and the token; empty where that is long
    cache::VerifiedToken verified;
    Mirror::Proof proof;                       // that the store has nothing against it
    std::shared_ptr<const Question> question;  // where the store is asked at each request
};

class KnownTokens {
public:
    // Of this worker, of all its realms.
    static KnownTokens& own();

    // On the way to find().
    void approach(const SoughtToken& token) const;

    // Null where it is not known. Another put() may take its place.
    KnownToken* find(SoughtToken& token);

    // In place of the older of two that were there. Throws std::bad_alloc.
    KnownToken& put(SoughtToken& token, const cache::VerifiedToken& verified);

    // A realm has gone, and its address may come back.
    void clear() { pairs_.reset(); }

private:
    static constexpr std::size_t kPairs = 4096;    // a power of two
    static constexpr std::size_t kMaxText = 4096;  // what browsers keep of a cookie (RFC 6265bis)

    struct Pair {
        KnownToken newer;
        KnownToken older;
    };
    struct Free {
        void operator()(Pair* pairs) const;
    };

    static std::unique_ptr<Pair, Free> make_pairs();

    Pair& pair_at(std::uint64_t place) const { return pairs_.get()[place & (kPairs - 1)]; }

    std::unique_ptr<Pair, Free> pairs_;  // kPairs of them; none before the first token
};

}  // namespace nginx
