// The sessions that a request comes with, whether they are still good or not.
#pragma once

#include <utility>
#include <vector>

#include "../../session/record.hpp"
#include "../../session/search.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"

namespace nginx {

class CurrentSessions {
public:
    explicit CurrentSessions(const Realm& realm) : realm_(realm) {}

    // Those whose tokens, access or refresh, a key of the realm has signed.
    void read(ngx_http_request_t* r);

    // Whether there is one whose key the realm does not have.
    bool lack_key() const { return lack_key_; }

    // What the store has to be asked: which sessions the opaque ids name. Its answers; false where
    // there is one that cannot be believed.
    std::vector<redis::Arguments> questions() const;
    bool answer(const std::vector<redis::Reply>& replies);

    const Realm& realm() const { return realm_; }

    // Each once.
    const std::vector<session::Ending>& endings() const { return endings_; }

private:
    void add(session::Ending ending);

    const Realm& realm_;
    bool lack_key_ = false;
    std::vector<session::Ending> endings_;
    std::vector<std::pair<std::string, session::Search>> searches_;  // by opaque id
};

// Tells the realm's zone that they have ended in the store.
void note_ended(const Realm& realm, const std::vector<session::Ending>& endings);

// Whether the request has a cookie of the realm, good or not.
bool has_cookie(const ngx_http_request_t* r, const Realm& realm);

}  // namespace nginx
