#include "keyring.hpp"

#include <algorithm>
#include <functional>

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

struct Signed {
    std::string_view bytes;
    std::string_view signature;
};

bool have_id(const std::vector<Key>& keys, std::string_view id) {
    return std::any_of(keys.begin(), keys.end(), [id](const Key& key) { return key.id() == id; });
}

// By these keys alone.
Result<const Key*> verify_among(const std::vector<Key>& keys, const Candidates& candidates,
                                const Signed& what, std::int64_t now) {
    const auto has = [&candidates](const Key& key) { return candidates.have(key); };
    const auto is_accepted = [&](const Key& key) { return has(key) && key.accepted_at(now); };
    const auto& key_id = candidates.key_id;
    if (std::none_of(keys.begin(), keys.end(), has)) {
        return !key_id || have_id(keys, *key_id) ? Refusal::algorithm : Refusal::key;
    }
    if (key_id && std::none_of(keys.begin(), keys.end(), is_accepted)) {
        return Refusal::key;
    }
    const auto verifies = [&](bool accepted) {
        return find_candidate(keys, candidates, [&](const Key& key) {
            return key.accepted_at(now) == accepted && key.verifies(what.bytes, what.signature);
        });
    };
    if (const Key* key = verifies(true)) {
        return key;
    }
    // Those whose time has ended only tell "key" from "signature": their tokens were good, and on
    // another node may still be.
    return verifies(false) == nullptr ? Refusal::signature : Refusal::key;
}

// What two lists of keys say, neither of which has verified the token: where it names its key,
// those that have one of that name, else whoever came further.
Refusal join(Refusal own, Refusal other, bool named) {
    for (const Refusal refusal : {named ? Refusal::signature : Refusal::key,
                                  named ? Refusal::algorithm : Refusal::signature}) {
        if (own == refusal || other == refusal) {
            return refusal;
        }
    }
    return named ? Refusal::key : Refusal::algorithm;
}

}  // namespace

std::size_t Keyring::number_of(const Key& key) const {
    const bool is_own = !keys_.empty() && !std::less<>()(&key, keys_.data()) &&
                        std::less<>()(&key, keys_.data() + keys_.size());
    return is_own || source_ == nullptr
               ? static_cast<std::size_t>(&key - keys_.data())
               : keys_.size() + static_cast<std::size_t>(&key - source_->keys()->data());
}

const Key* Keyring::at(std::size_t number) const {
    if (number < keys_.size()) {
        return &keys_[number];
    }
    const std::vector<Key>* others = source_ == nullptr ? nullptr : source_->keys();
    number -= keys_.size();
    return others != nullptr && number < others->size() ? &(*others)[number] : nullptr;
}

const Key* Keyring::current() const {
    const auto first =
        std::find_if(keys_.begin(), keys_.end(), [](const Key& key) { return !key.in_set(); });
    return first == keys_.end() ? nullptr : &*first;
}

bool Keyring::has_public_keys() const {
    return source_ != nullptr || std::any_of(keys_.begin(), keys_.end(), [](const Key& key) {
               return key.algorithm().type != KeyType::hmac;
           });
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
    const Signed what = {bytes, signature};
    if (find_algorithm(algorithm) == nullptr) {
        return Refusal::algorithm;
    }
    const auto own = verify_among(keys_, candidates, what, now);
    if (source_ == nullptr || std::holds_alternative<const Key*>(own)) {
        return own;
    }
    const Refusal refusal = std::get<Refusal>(own);
    const std::vector<Key>* others = source_->keys();
    if (others == nullptr) {
        return key_id && have_id(keys_, *key_id) ? refusal : Refusal::key;
    }
    const auto other = verify_among(*others, candidates, what, now);
    if (std::holds_alternative<const Key*>(other)) {
        return other;
    }
    return join(refusal, std::get<Refusal>(other), key_id.has_value());
}

}  // namespace jwt
