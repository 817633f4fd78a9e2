// What an nginx request says, in the terms of the session rules.
#pragma once

#include <optional>
#include <vector>

#include "../../session/evidence.hpp"
#include "../../session/origin.hpp"
#include "../../session/verdict.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"

namespace nginx {

struct Tokens {
    std::vector<session::Presented> presented;  // views into the request, at most kMaxCandidates
    bool complete = true;                       // false: the request sent more
};

// The first of them alone.
std::optional<session::Presented> first_token(ngx_http_request_t* r, const Realm& realm);

Tokens read_tokens(ngx_http_request_t* r, const Realm& realm);

// Whether the request may use a session from a cookie.
bool may_use_cookie(const ngx_http_request_t* r, const session::Policy& policy);

session::Visit read_visit(const ngx_http_request_t* r);

bool is_preflight(const ngx_http_request_t* r);

}  // namespace nginx
