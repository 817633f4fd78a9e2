// Tokens that this worker has lately found in the zone, and what it need not find out again of
// those that come once more. The zone knows them too, but its memory is far: here they are close
// together, and nobody else writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "../../cache/token_table.hpp"
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

struct KnownToken {
    const Realm* realm = nullptr;  // null: it is not kept here
    cache::TokenDigest digest;
    cache::VerifiedToken verified;
    Mirror::Proof proof;                       // that the store has nothing against it
    std::shared_ptr<const Question> question;  // where the store is asked at each request
};

class KnownTokens {
public:
    // Of this worker, of all its realms.
    static KnownTokens& own();

    // On the way to find(), before the digest is known.
    void approach(std::uint64_t place) const;

    // Null where it is not known. Another put() may take its place.
    KnownToken* find(const Realm& realm, const cache::TokenDigest& digest);

    // In place of the older of two that were there. Throws std::bad_alloc.
    KnownToken& put(const Realm& realm, const cache::TokenDigest& digest,
                    const cache::VerifiedToken& verified);

    // A realm has gone, and its address may come back.
    void clear() { pairs_.reset(); }

private:
    static constexpr std::size_t kPairs = 4096;  // a power of two

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
