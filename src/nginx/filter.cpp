#include "filter.hpp"

#include <algorithm>

#include "../module.hpp"
#include "bridge.hpp"
#include "key_location/key_fetch.hpp"
#include "live/live.hpp"
#include "location.hpp"
#include "request/grants.hpp"
#include "request/headers.hpp"
#include "request/issue.hpp"
#include "request/reply.hpp"
#include "request/report.hpp"
#include "request/request_state.hpp"
#include "request/response_cookies.hpp"

namespace nginx {
namespace {

// A bit of r->buffered that no filter of nginx's own uses.
constexpr unsigned kHeld = 0x08;

ngx_http_output_header_filter_pt next_header_filter;
ngx_http_output_body_filter_pt next_body_filter;

// A response that waits for the store, or has been replaced because of what the store said. To
// nginx the client is slow as long as that takes.
struct Held {
    ngx_chain_t* body = nullptr;  // what came of it so far
    bool waiting = true;
    bool replaced = false;  // what comes is dropped
};

Held* held_of(ngx_http_request_t* r) {
    return static_cast<Held*>(ngx_http_get_module_ctx(r, ngx_http_auth_session_filter_module));
}

// As ngx_http_header_filter() will find: those who send the body ask for it before.
bool has_no_body(const ngx_http_request_t* r) {
    return r->method == NGX_HTTP_HEAD || r->headers_out.status == NGX_HTTP_NO_CONTENT ||
           r->headers_out.status == NGX_HTTP_NOT_MODIFIED;
}

void drop(ngx_chain_t* chain) {
    for (; chain != nullptr; chain = chain->next) {
        chain->buf->pos = chain->buf->last;
        chain->buf->file_pos = chain->buf->file_last;
    }
}

ngx_int_t send_header(ngx_http_request_t* r, RequestState* state) {
    if (state != nullptr) {
        put_cookies(r, *state);
    }
    return next_header_filter(r);
}

struct Failure {
    ngx_uint_t status;
    std::optional<session::Reason> reason;
};

Failure failure_of(Issue::Outcome outcome) {
    switch (outcome) {
        case Issue::Outcome::store:
            return {NGX_HTTP_SERVICE_UNAVAILABLE, session::Reason::store};
        case Issue::Outcome::refused:
            return {NGX_HTTP_FORBIDDEN, session::Reason::forbidden};
        case Issue::Outcome::done:
        case Issue::Outcome::invalid:
            break;
    }
    return {NGX_HTTP_INTERNAL_SERVER_ERROR, std::nullopt};
}

// Another response in place of the upstream's, through all filters of headers; its body goes below
// those that still hold some of the upstream's.
ngx_int_t replace(ngx_http_request_t* r, RequestState& state, const Failure& failure) {
    Held* held = held_of(r);
    if (held == nullptr) {
        held = make_in_pool<Held>(r->pool);
        ngx_http_set_ctx(r, held, ngx_http_auth_session_filter_module);
    }
    held->waiting = false;
    held->replaced = true;
    state.cookies.clear();
    ngx_http_clean_header(r);
    r->err_status = 0;
    ngx_buf_t* body = write_problem(r, failure.status, failure.reason);
    const ngx_int_t rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }
    ngx_chain_t link = {body, nullptr};
    return next_body_filter(r, &link);
}

// Sends what was held back. False where the request has to be ended.
bool send_held(ngx_http_request_t* r, RequestState& state, Held& held) {
    ngx_int_t rc = send_header(r, &state);
    if (rc == NGX_ERROR || rc > NGX_OK) {
        return false;
    }
    if (r->header_only) {
        drop(held.body);
    } else if (held.body != nullptr) {
        rc = next_body_filter(r, held.body);
    }
    return rc != NGX_ERROR;
}

void release(ngx_http_request_t* r, bool taken) noexcept {
    const bool sent = guarded(r->connection->log, false, [r, taken] {
        RequestState& state = *RequestState::find(r);
        Held& held = *held_of(r);
        held.waiting = false;
        r->buffered &= ~kHeld;
        const Issue::Outcome outcome = taken ? state.issue->outcome() : Issue::Outcome::invalid;
        if (outcome == Issue::Outcome::done) {
            return send_held(r, state, held);
        }
        drop(held.body);
        const ngx_int_t rc = replace(r, state, failure_of(outcome));
        return rc != NGX_ERROR && rc <= NGX_OK;
    });
    if (sent) {
        r->write_event_handler(r);
    } else {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}

ngx_int_t hold(ngx_http_request_t* r) {
    Held* held = make_in_pool<Held>(r->pool);
    ngx_http_set_ctx(r, held, ngx_http_auth_session_filter_module);
    r->buffered |= kHeld;
    // The filter that cuts bodies stands before this one and the one that announces it behind: the
    // response goes out whole.
    ngx_http_clear_accept_ranges(r);
    if (has_no_body(r)) {
        r->header_only = 1;
    }
    return NGX_AGAIN;
}

template <typename Request>
auto is_from_cache(const Request* r, int) -> decltype(bool(r->cached)) {
    return r->cached;
}

template <typename Request>
bool is_from_cache(const Request*, long) {
    return false;
}

// The lines that count. A response that is kept and given to others would give each of them the
// session; one that reports an error has logged nobody in, but may end what there is.
std::vector<session::GrantLine> believed(ngx_http_request_t* r, const Realm& realm,
                                         std::vector<session::GrantLine> lines) {
    const ngx_uint_t status = r->headers_out.status;
    if (status < NGX_HTTP_OK || is_from_cache(r, 0)) {
        log_line(r, NGX_LOG_ERR, realm, "X-Session headers of a cached response are ignored");
        return {};
    }
    if (r->upstream != nullptr) {
        r->upstream->cacheable = 0;
    }
    if (status >= NGX_HTTP_BAD_REQUEST) {
        const auto is_login = [](const session::GrantLine& line) {
            return line.first == session::GrantHeader::user;
        };
        const auto first = std::remove_if(lines.begin(), lines.end(), is_login);
        if (first != lines.end()) {
            log_line(r, NGX_LOG_WARN, realm, "X-Session-User of an error response is ignored");
        }
        lines.erase(first, lines.end());
    }
    return lines;
}

ngx_int_t issue(ngx_http_request_t* r, const Realm& realm,
                const std::vector<session::GrantLine>& lines) {
    RequestState& state = RequestState::of(r);
    auto grant = session::read_grant(realm.policy, lines);
    if (const auto* error = std::get_if<std::string>(&grant)) {
        log_line(r, NGX_LOG_ERR, realm, "no session: the upstream's " + *error);
        return replace(r, state, failure_of(Issue::Outcome::invalid));
    }
    state.issue = std::make_unique<Issue>(realm, std::get<session::Grant>(std::move(grant)));
    if (state.live.owner != nullptr) {
        state.live.owner->remove(state.live);  // what ends the session may tell so itself
    }
    if (state.issue->start(r, state, release)) {
        return hold(r);
    }
    if (state.issue->outcome() != Issue::Outcome::done) {
        return replace(r, state, failure_of(state.issue->outcome()));
    }
    return send_header(r, &state);
}

ngx_int_t filter_header(ngx_http_request_t* r) {
    if (KeyFetch::find(r) != nullptr) {
        return next_header_filter(r);
    }
    std::vector<session::GrantLine> lines = take_grants(r);
    if (r != r->main || held_of(r) != nullptr) {
        return r == r->main ? send_header(r, RequestState::find(r)) : next_header_filter(r);
    }
    const Realm* realm = location_of(r).issue.realm;
    if (realm != nullptr && !lines.empty()) {
        lines = believed(r, *realm, std::move(lines));
        if (!lines.empty()) {
            return issue(r, *realm, lines);
        }
    }
    return send_header(r, RequestState::find(r));
}

ngx_int_t header_filter(ngx_http_request_t* r) noexcept {
    if (!server_of(r).uses_realm) {
        return next_header_filter(r);
    }
    return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_ERROR),
                   [r] { return filter_header(r); });
}

ngx_int_t body_filter(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
    if (KeyFetch* fetch = KeyFetch::find(r)) {
        return guarded(r->connection->log, static_cast<ngx_int_t>(NGX_ERROR), [&]() -> ngx_int_t {
            fetch->take(in);
            return NGX_OK;
        });
    }
    Held* held = held_of(r);
    if (held == nullptr || (!held->waiting && !held->replaced)) {
        return next_body_filter(r, in);
    }
    if (held->replaced) {
        drop(in);
        return next_body_filter(r, nullptr);
    }
    return ngx_chain_add_copy(r->pool, &held->body, in) == NGX_OK ? NGX_AGAIN : NGX_ERROR;
}

}  // namespace

ngx_int_t add_filters(ngx_conf_t*) noexcept {
    next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header_filter;
    next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body_filter;
    return NGX_OK;
}

}  // namespace nginx
