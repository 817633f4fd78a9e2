// A request whose token is known to be good needs no more than to be found in the zone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "../../jwt/key.hpp"
#include "../../session/evidence.hpp"
#include "../key_location/key_station.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "known_tokens.hpp"

namespace nginx {

struct Recalled {
    const Realm* realm = nullptr;
    session::Presented presented;  // views into the request
    const jwt::Key* signer = nullptr;
    std::uint16_t use = 0;    // what the token is counted under
    std::int64_t issued = 0;  // Unix time
    std::uint64_t since = 0;  // a position of the realm's feed, before anybody was asked
    KeptKeys keys = {};       // one of which may be the signer
    // What the store has to be asked of it first; null where it is known what it would say.
    std::shared_ptr<const Question> question = nullptr;
};

// The request's first token, as far as it could be seen at once.
struct Sight {
    std::optional<Recalled> recalled;             // it is good, and nothing is to be done about it
    std::optional<session::Candidate> candidate;  // else what signature and claims say, or nothing
};

Sight see_first_token(ngx_http_request_t* r, const Realm& realm);

// Keeps a token that was found good by signature and claims. Whether it is proven that the store
// has nothing against it.
bool remember(const Realm& realm, const session::Candidate& candidate);

}  // namespace nginx
