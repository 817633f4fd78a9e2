// The realm's two cookies on a response.
#pragma once

#include <string_view>
#include <vector>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "request_state.hpp"

namespace nginx {

enum class CookieRole : std::uint8_t { access, refresh };

// The values that the request sent under the name; views into the request.
std::vector<std::string_view> sent_cookies(const ngx_http_request_t* r, std::string_view name);

// The attributes as they are for this request, or null where the realm has no such cookie.
std::optional<session::CookieAttributes> cookie_for(ngx_http_request_t* r, const Realm& realm,
                                                    CookieRole role);

// Sets the cookie of a realm that has it; `life` of its token in seconds. False, and an error in
// the log, where no browser would take it.
bool give_cookie(ngx_http_request_t* r, RequestState& state, const Realm& realm, CookieRole role,
                 std::string_view value, time_t life, Cookie::Kind kind);

// Deletes a cookie under another name, and the chunks in which it came, with the attributes of the
// realm's access cookie, or with the defaults.
void delete_cookie(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                   std::string_view name, Cookie::Kind kind);

// Deletes those of the realm's cookies that the request sent, or that were to be set.
void delete_sent_cookies(ngx_http_request_t* r, RequestState& state, const Realm& realm,
                         Cookie::Kind kind);

}  // namespace nginx
