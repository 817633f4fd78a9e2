#include "keyring.hpp"

#include <algorithm>

namespace jwt {

namespace {

struct Candidates {
    std::string_view algorithm;
    std::optional<std::string_view> key_id;
    std::optional<std::string_view> hint;

    bool have(const Key& key) const {
        return key.algorithm().name == algorithm && (!key_id || key.id() == *key_id);
    }
    bool is_hinted(const Key& key) const { return !key_id && hint && key.id() == *hint; }
};

// The first one that `holds`: those that the hint names, then the others in order.
template <typename Holds>
const Key* find_candidate(const std::vector<Key>& keys, const Candidates& candidates, Holds holds) {
    for (const bool hinted : {true, false}) {
        for (const Key& key : keys) {
            if (candidates.have(key) && candidates.is_hinted(key) == hinted && holds(key)) {
                return &key;
            }
        }
    }
    return nullptr;
}

}  // namespace

const Key* Keyring::current() const {
    const auto first =
        std::find_if(keys_.begin(), keys_.end(), [](const Key& key) { return !key.in_set(); });
    return first == keys_.end() ? nullptr : &*first;
}

bool Keyring::has_public_keys() const {
    return std::any_of(keys_.begin(), keys_.end(),
                       [](const Key& key) { return key.algorithm().type != KeyType::hmac; });
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
    const Candidates candidates = {algorithm, key_id, hint};
    const auto is_named = [key_id](const Key& key) { return key.id() == *key_id; };
    const auto has = [&candidates](const Key& key) { return candidates.have(key); };
    const auto is_accepted = [&](const Key& key) { return has(key) && key.accepted_at(now); };
    if (find_algorithm(algorithm) == nullptr) {
        return Refusal::algorithm;
    }
    if (std::none_of(keys_.begin(), keys_.end(), has)) {
        return !key_id || std::any_of(keys_.begin(), keys_.end(), is_named) ? Refusal::algorithm
                                                                            : Refusal::key;
    }
    if (key_id && std::none_of(keys_.begin(), keys_.end(), is_accepted)) {
        return Refusal::key;
    }
    const auto verifies = [&](bool accepted) {
        return find_candidate(keys_, candidates, [&](const Key& key) {
            return key.accepted_at(now) == accepted && key.verifies(bytes, signature);
        });
    };
    if (const Key* key = verifies(true)) {
        return key;
    }
    // Those whose time has ended only tell "key" from "signature": their tokens were good, and on
    // another node may still be.
    return verifies(false) == nullptr ? Refusal::signature : Refusal::key;
}

}  // namespace jwt
