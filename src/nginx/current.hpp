// The sessions that a request comes with, whether they are still good or not.
#pragma once

#include <vector>

#include "../session/record.hpp"
#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

// Those whose tokens, access or refresh, a key of the realm has signed, each once.
std::vector<session::Ending> current_sessions(ngx_http_request_t* r, const Realm& realm);

// Tells the realm's zone that they have ended in the store.
void note_ended(const Realm& realm, const std::vector<session::Ending>& endings);

// Whether the request has a cookie of the realm, good or not.
bool has_cookie(const ngx_http_request_t* r, const Realm& realm);

}  // namespace nginx
