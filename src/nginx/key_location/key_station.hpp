// A worker's view of the key set that its realm fetches: the keys, read from the zone once they are
// others, and the requests that wait for them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../../jwt/keyring.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../request/suspension.hpp"

namespace nginx {

// Constant; whoever keeps a pointer to one of the keys keeps this too.
struct KeySnapshot {
    std::uint64_t version = 0;
    std::vector<jwt::Key> keys;
    std::string fingerprint;  // of the realm with these keys; empty: nothing is remembered
};

using KeptKeys = std::shared_ptr<const KeySnapshot>;

// What the realm's keyring asks. The configuration has it and nothing else: it is never written to.
class RealmKeySource final : public jwt::KeySource {
public:
    explicit RealmKeySource(const Realm& realm) : realm_(realm) {}
    const std::vector<jwt::Key>* keys() const override;

private:
    const Realm& realm_;
};

// The set as it is now, null where there is none, or the realm fetches none. It stays the same
// until the event loop goes on.
KeptKeys keys_now(const Realm& realm);

// What judges a token now: the realm with the keys that it has.
const std::string& fingerprint_now(const Realm& realm);

// A request that waits until a fetch has ended, whoever does it; on the heap, as Suspension.
class KeyWait {
public:
    KeyWait(ngx_http_request_t* r, const Realm& realm);
    ~KeyWait();
    KeyWait(const KeyWait&) = delete;
    KeyWait& operator=(const KeyWait&) = delete;

    void start(Suspension::Resume resume);
    void wake();
    bool waiting() const { return waiting_; }
    ngx_msec_t deadline() const { return deadline_; }

private:
    const Realm& realm_;
    Suspension suspension_;
    ngx_msec_t deadline_;
    bool waiting_ = false;
};

// A fetch of this worker has ended.
void keys_came(const Realm& realm);

// Whether it may be said now that the realm has no keys: once a second.
bool may_complain_of_keys(const Realm& realm);

// The worker, or the realm's configuration, ends.
void close_key_stations() noexcept;
void close_key_station(const Realm& realm) noexcept;

}  // namespace nginx
