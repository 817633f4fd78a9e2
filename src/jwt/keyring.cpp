#include "keyring.hpp"

#include <algorithm>

namespace jwt {

namespace {

using Candidates = std::vector<const Key*>;

// The keys of that algorithm, and of that id where one is given: those that the hint names first,
// then the others in order. None of either: the refusal.
Result<Candidates> pick(const std::vector<Key>& keys, std::string_view algorithm,
                        std::optional<std::string_view> key_id,
                        std::optional<std::string_view> hint) {
    Candidates candidates;
    bool is_known = !key_id;
    for (const Key& key : keys) {
        if (!key_id || key.id() == *key_id) {
            is_known = true;
            if (key.algorithm().name == algorithm) {
                candidates.push_back(&key);
            }
        }
    }
    if (candidates.empty()) {
        return is_known ? Refusal::algorithm : Refusal::key;
    }
    if (hint && !key_id) {
        std::stable_partition(candidates.begin(), candidates.end(),
                              [&hint](const Key* key) { return key->id() == *hint; });
    }
    return candidates;
}

}  // namespace

const Key* Keyring::current() const {
    const auto first =
        std::find_if(keys_.begin(), keys_.end(), [](const Key& key) { return !key.in_set(); });
    return first == keys_.end() ? nullptr : &*first;
}

const Key* Keyring::signing_key(std::int64_t now) const {
    const Key* key = current();
    return key != nullptr && key->can_sign() && key->accepted_at(now) ? key : nullptr;
}

const Key* Keyring::find(std::string_view id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [id](const Key& key) {
        return !key.in_set() && key.id() == id;
    });
    return found == keys_.end() ? nullptr : &*found;
}

bool Keyring::is_fallback(const Key& key) const {
    return !key.in_set() && &key != current();
}

Result<const Key*> Keyring::verify(std::string_view algorithm,
                                   std::optional<std::string_view> key_id,
                                   std::optional<std::string_view> hint, std::string_view bytes,
                                   std::string_view signature, std::int64_t now) const {
    if (find_algorithm(algorithm) == nullptr) {
        return Refusal::algorithm;
    }
    auto picked = pick(keys_, algorithm, key_id, hint);
    if (const auto* refusal = std::get_if<Refusal>(&picked)) {
        return *refusal;
    }
    auto& candidates = std::get<Candidates>(picked);
    // Those whose time has ended come last and only tell "key" from "signature": their tokens were
    // good, and on another node may still be.
    const auto ended =
        std::stable_partition(candidates.begin(), candidates.end(),
                              [now](const Key* key) { return key->accepted_at(now); });
    if (key_id && ended == candidates.begin()) {
        return Refusal::key;
    }
    const auto found = std::find_if(
        candidates.begin(), candidates.end(),
        [bytes, signature](const Key* key) { return key->verifies(bytes, signature); });
    if (found == candidates.end()) {
        return Refusal::signature;
    }
    if (found >= ended) {
        return Refusal::key;
    }
    return *found;
}

}  // namespace jwt
