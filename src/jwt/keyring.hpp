// The versioned keys of a realm: the current one first, then the fallbacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "key.hpp"
#include "refusal.hpp"

namespace jwt {

class Keyring {
public:
    void add(Key key) { keys_.push_back(std::move(key)); }

    bool empty() const { return keys_.empty(); }
    const std::vector<Key>& keys() const { return keys_; }
    // Whether a key verifies what is no MAC.
    bool has_public_keys() const;
    // The first one of those that are in no set, where it signs at that time; else null.
    const Key* signing_key(std::int64_t now) const;
    // The one of that ID that is in no set, or null.
    const Key* find(std::string_view id) const;
    // Whether another key comes before it; the keys of a set stand beside each other.
    bool is_fallback(const Key& key) const;

    // The key that verifies the signature at that time. `key_id` ("kid") picks the keys of that id
    // and no others; without it `hint` (the version claim) names the ones to try first.
    Result<const Key*> verify(std::string_view algorithm, std::optional<std::string_view> key_id,
                              std::optional<std::string_view> hint, std::string_view bytes,
                              std::string_view signature, std::int64_t now) const;

private:
    const Key* current() const;

    std::vector<Key> keys_;
};

}  // namespace jwt
