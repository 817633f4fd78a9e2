// What a worker's dealings with a realm's store count: questions, how long they took, connections.
#pragma once

#include <cstdint>
#include <vector>

#include "../../cache/presence.hpp"
#include "../../redis/resp.hpp"
#include "../realm/realm.hpp"

namespace nginx {

class StoreMeter {
public:
    explicit StoreMeter(const Realm& realm) : realm_(realm) {}

    const Realm& realm() const { return realm_; }

    // A connection is ready for questions; `again`: it was before.
    void connected(bool again);
    void disconnected();

private:
    friend class StoreTimer;

    const Realm& realm_;
    cache::Presence::Place* connections_ = nullptr;  // null: of too many workers
};

// One question; counted once its end is known.
class StoreTimer {
public:
    explicit StoreTimer(StoreMeter& meter) : meter_(meter) {}

    void start();
    void answered(const std::vector<redis::Reply>& replies);
    void unanswered();

private:
    StoreMeter& meter_;
    std::uint64_t started_ = 0;  // microseconds
    ngx_msec_t asked_ = 0;       // the same by the clock that deadlines have
};

// Whether a process of that number runs.
bool is_alive(std::uint32_t process);

}  // namespace nginx
