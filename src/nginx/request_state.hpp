// What the module knows of one request. It hangs on the main request's pool, so that subrequests,
// internal redirects and named locations, which begin with an empty context, find it again.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "../session/evidence.hpp"
#include "location.hpp"
#include "lookup.hpp"
#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

// The tokens of the request as one realm judges them.
struct Judged {
    const Realm* realm = nullptr;
    session::Evidence evidence;
    bool settled = false;                     // the store was asked, or need not be
    bool asked = false;                       // the store was to be asked …
    bool sent = false;                        // … and could be
    ngx_msec_t store_time = 0;                // ms the store took, where it was asked
    std::optional<session::Reason> reported;  // the reason that was counted and logged
};

struct Verdict {
    const Judged* judged = nullptr;  // null: no realm was in force
    session::Reason reason = session::Reason::missing;
    bool dry_run = false;

    bool valid() const { return reason == session::Reason::valid; }
};

struct RequestState {
    // Of the main request of `r`; null where nothing was judged yet.
    static RequestState* find(ngx_http_request_t* r);
    // Makes it where there is none; throws std::bad_alloc.
    static RequestState& of(ngx_http_request_t* r);

    // The tokens judged by signature and claims; anew where the request's tokens are others than
    // before.
    Judged& judge(ngx_http_request_t* r, const Realm& realm);

    // Takes back the headers of an earlier verdict, before another is put on the response.
    void withdraw_headers(ngx_http_request_t* main);

    std::vector<std::unique_ptr<Judged>> judged;
    std::optional<Verdict> verdict;  // of the access phase
    int forbidden_status = 403;
    bool refused_last = false;  // "satisfy any": refuse only after all others have
    Judged* asking = nullptr;   // set while the request waits for the store
    ngx_msec_t asked_at = 0;
    std::unique_ptr<Lookup> lookup;  // the last one
    std::vector<ngx_table_elt_t*> headers;
};

// The verdict as variables show it: that of the access phase, before it what signature and claims
// say.
Verdict current_verdict(ngx_http_request_t* r);

}  // namespace nginx
