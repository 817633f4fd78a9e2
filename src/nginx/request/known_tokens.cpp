#include "known_tokens.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <utility>

#include "../../cache/prefetch.hpp"

namespace nginx {
namespace {

// Of a huge page, which spares the processor the search for a page at each look.
constexpr std::size_t kPageBytes = std::size_t{2} << 20;

bool is(const KnownToken& known, const Realm& realm, const cache::TokenDigest& digest) {
    return known.realm == &realm && known.digest.key == digest.key &&
           known.digest.rest == digest.rest;
}

}  // namespace

KnownTokens& KnownTokens::own() {
    static KnownTokens tokens;
    return tokens;
}

void KnownTokens::Free::operator()(Pair* pairs) const {
    std::destroy_n(pairs, kPairs);
    std::free(pairs);
}

std::unique_ptr<KnownTokens::Pair, KnownTokens::Free> KnownTokens::make_pairs() {
    static_assert(kPairs * sizeof(Pair) <= kPageBytes);
    void* memory = std::aligned_alloc(kPageBytes, kPageBytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    static_cast<void>(madvise(memory, kPageBytes, MADV_HUGEPAGE));
    auto* pairs = static_cast<Pair*>(memory);
    std::uninitialized_value_construct_n(pairs, kPairs);
    return std::unique_ptr<Pair, Free>(pairs);
}

void KnownTokens::approach(std::uint64_t place) const {
    if (pairs_ != nullptr) {
        cache::prefetch(&pair_at(place).newer, sizeof(KnownToken));
    }
}

KnownToken* KnownTokens::find(const Realm& realm, const cache::TokenDigest& digest) {
    if (pairs_ == nullptr) {
        return nullptr;
    }
    Pair& pair = pair_at(digest.key[0]);
    return is(pair.newer, realm, digest)   ? &pair.newer
           : is(pair.older, realm, digest) ? &pair.older
                                           : nullptr;
}

KnownToken& KnownTokens::put(const Realm& realm, const cache::TokenDigest& digest,
                             const cache::VerifiedToken& verified) {
    if (pairs_ == nullptr) {
        pairs_ = make_pairs();
    }
    Pair& pair = pair_at(digest.key[0]);
    pair.older = std::exchange(pair.newer, {&realm, digest, verified, {}, nullptr});
    return pair.newer;
}

}  // namespace nginx
