#include "known_tokens.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <utility>

#include "../../cache/prefetch.hpp"
#include "../../session/hash.hpp"
#include "../key_location/key_station.hpp"

namespace nginx {
namespace {

// Of a huge page, which spares the processor the search for a page at each look.
constexpr std::size_t kPageBytes = std::size_t{2} << 20;

const std::string& judges_of(const Realm& realm, const session::TokenSource& source) {
    return source.fingerprint.empty() ? fingerprint_now(realm) : source.fingerprint;
}

bool is_text(std::string_view text, const SoughtToken& sought) {
    const std::size_t judges = sought.judges().size();
    return text.size() == judges + sought.token().size() &&
           text.substr(0, judges) == sought.judges() && text.substr(judges) == sought.token();
}

bool is_digest(const cache::TokenDigest& one, const cache::TokenDigest& other) {
    return one.key == other.key && one.rest == other.rest;
}

// Who has not seen a token has to guess its end before the time that the rest takes tells anything.
bool is(const KnownToken& known, SoughtToken& sought) {
    return known.digest.key[0] == sought.place() && known.realm == &sought.realm() &&
           (known.text.empty() ? is_digest(known.digest, sought.digest())
                               : is_text(known.text, sought));
}

}  // namespace

SoughtToken::SoughtToken(const Realm& realm, const session::Presented& presented)
    : realm_(realm),
      judges_(judges_of(realm, *presented.source)),
      token_(presented.token),
      place_(cache::place_of(presented.token)) {}

const cache::TokenDigest& SoughtToken::digest() {
    if (!digest_) {
        const session::Digest256 words = session::digest256_of(judges_, token_);
        digest_ = {{place_, words[0]}, {words[1], words[2]}};
    }
    return *digest_;
}

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

void KnownTokens::approach(const SoughtToken& token) const {
    if (pairs_ != nullptr) {
        cache::prefetch(&pair_at(token.place()).newer, sizeof(KnownToken));
    }
}

KnownToken* KnownTokens::find(SoughtToken& token) {
    if (pairs_ == nullptr) {
        return nullptr;
    }
    Pair& pair = pair_at(token.place());
    return is(pair.newer, token) ? &pair.newer : is(pair.older, token) ? &pair.older : nullptr;
}

KnownToken& KnownTokens::put(SoughtToken& token, const cache::VerifiedToken& verified) {
    std::string text;
    if (token.judges().size() + token.token().size() <= kMaxText) {
        text.append(token.judges()).append(token.token());
    }
    if (pairs_ == nullptr) {
        pairs_ = make_pairs();
    }
    Pair& pair = pair_at(token.place());
    pair.older = std::exchange(
        pair.newer, {&token.realm(), token.digest(), std::move(text), verified, {}, nullptr});
    return pair.newer;
}

}  // namespace nginx
