// The versioned keys of a realm: the current one first, then the fallbacks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "key.hpp"
#include "refusal.hpp"

namespace jwt {

// Keys that come and go while the keyring stays: all of one set.
class KeySource {
public:
    // Those that are to be used now, or null where they are not known.
    virtual const std::vector<Key>* keys() const = 0;

protected:
    ~KeySource() = default;
};

class Keyring {
public:
    void add(Key key) { keys_.push_back(std::move(key)); }
    // Behind the keyring's own; must outlive it.
    void add_source(const KeySource& source) { source_ = &source; }

    bool empty() const { return keys_.empty() && source_ == nullptr; }
    // Its own.
    const std::vector<Key>& keys() const { return keys_; }
    // Its own and those of the source by number, as long as the source has the same; or null.
    std::size_t number_of(const Key& key) const;
    const Key* at(std::size_t number) const;
    // Whether a key verifies what is no MAC.
    bool has_public_keys() const;
    // The first one of those that are in no set, where it signs at that time; else null.
    const Key* signing_key(std::int64_t now) const;
    // The one of that ID that is in no set, or null.
    const Key* find(std::string_view id) const;
    // Whether another key comes before it; the keys of a set stand beside each other.
    bool is_fallback(const Key& key) const;

    // The key that verifies the signature at that time. `key_id` ("kid") picks the keys of that id
    // and no others; without it `hint` (the version claim) names the ones to try first. `key` too
    // where it could be one of a source that does not know its keys.
    Result<const Key*> verify(std::string_view algorithm, std::optional<std::string_view> key_id,
                              std::optional<std::string_view> hint, std::string_view bytes,
                              std::string_view signature, std::int64_t now) const;

private:
    const Key* current() const;

    std::vector<Key> keys_;
    const KeySource* source_ = nullptr;
};

}  // namespace jwt
