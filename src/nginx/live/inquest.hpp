// Asks again of the session of a request that was let in.
#pragma once

#include <memory>
#include <vector>

#include "../../session/evidence.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../request/exchange.hpp"
#include "../request/mirror.hpp"

namespace nginx {

class LiveRequests;
struct LiveRequest;

class Inquest {
public:
    // Of the token that judged the request; all must outlive it. Its answers wake the owner.
    Inquest(LiveRequests& owner, LiveRequest& live, const session::Presented& presented,
            const jwt::Key* signer);
    Inquest(const Inquest&) = delete;
    Inquest& operator=(const Inquest&) = delete;

    // False: it waits for the store. True: this is what is known.
    bool proceed();
    bool waiting() const { return waiting_; }

    LiveRequest& live() const { return live_; }
    session::Reason reason() const { return evidence_.reason(); }
    const session::Candidate* candidate() const { return evidence_.deciding(); }

private:
    bool ask();
    bool ask_store();
    bool ask_mirror();
    bool take(const std::vector<redis::Reply>& replies);
    void answer(const std::vector<redis::Reply>& replies);

    LiveRequests& owner_;
    const Realm& realm_;
    LiveRequest& live_;
    session::Evidence evidence_;
    std::vector<Read> reads_;
    std::uint32_t era_ = 0;  // of the store, when it was asked
    std::unique_ptr<Exchange> exchange_;
    std::unique_ptr<Lookup> lookup_;
    bool waiting_ = false;
};

}  // namespace nginx
