#include "reply.hpp"

#include "../session/verdict.hpp"
#include "headers.hpp"
#include "presented.hpp"

namespace nginx {
namespace {

constexpr std::string_view kRetryAfter =
    "1";  // seconds; connections to Redis are tried at least as often

// SameSite where the configuration has a variable: of what browsers would refuse, their own
// default.
session::SameSite same_site(ngx_http_request_t* r, const Realm& realm) {
    if (realm.same_site == nullptr) {
        return realm.policy.cookie->same_site;
    }
    ngx_str_t value;
    if (ngx_http_complex_value(r, realm.same_site, &value) != NGX_OK) {
        throw std::bad_alloc();
    }
    const auto found = session::find_same_site(view(value));
    const bool refused = found == session::SameSite::none && !realm.policy.cookie->secure;
    return found && !refused ? *found : session::SameSite::lax;
}

void clear_cookies(ngx_http_request_t* r, RequestState& state) {
    const Judged& judged = *state.verdict->judged;
    const session::Policy& policy = judged.realm->policy;
    for (const std::string_view name : judged.evidence.cookies_to_clear(policy)) {
        session::CookieAttributes cookie;
        if (policy.cookie) {
            cookie = *policy.cookie;
            cookie.same_site = same_site(r, *judged.realm);
        }
        cookie.name = name;
        state.headers.push_back(add_header(r, "Set-Cookie", session::delete_cookie(cookie)));
    }
}

void challenge(ngx_http_request_t* r, RequestState& state) {
    const Realm& realm = *state.verdict->judged->realm;
    ngx_str_t text = ngx_null_string;
    if (realm.challenge != nullptr && ngx_http_complex_value(r, realm.challenge, &text) != NGX_OK) {
        throw std::bad_alloc();
    }
    // A 401 needs one (RFC 9110, section 15.5.2), also where the variables of "challenge" are
    // empty.
    const std::string value =
        text.len == 0 ? session::default_challenge(realm.policy.realm, state.verdict->reason)
                      : std::string(view(text));
    ngx_table_elt_t* header = add_header(r, "WWW-Authenticate", value);
    if (r->headers_out.www_authenticate == nullptr) {
        r->headers_out.www_authenticate = header;
    }
    state.headers.push_back(header);
}

// Whether "error_page" answers for the status, as ngx_http_special_response_handler() decides it.
bool has_error_page(ngx_http_request_t* r, ngx_int_t status) {
    const auto* core = static_cast<ngx_http_core_loc_conf_t*>(
        ngx_http_get_module_loc_conf(r, ngx_http_core_module));
    if (r->error_page || core->error_pages == nullptr || r->uri_changes == 0) {
        return false;
    }
    const auto* page = static_cast<ngx_http_err_page_t*>(core->error_pages->elts);
    for (ngx_uint_t i = 0; i < core->error_pages->nelts; ++i) {
        if (page[i].status == status) {
            return true;
        }
    }
    return false;
}

ngx_int_t send_problem(ngx_http_request_t* r, ngx_int_t status, session::Reason reason) {
    ngx_str_t type = ngx_string("application/problem+json");
    ngx_http_complex_value_t body = {};
    body.value = copy(r->pool, session::problem(static_cast<int>(status), reason));
    r->err_status =
        static_cast<ngx_uint_t>(status);  // an error page that is refused is no answer of its own
    const ngx_int_t rc = ngx_http_send_response(r, static_cast<ngx_uint_t>(status), &type, &body);
    ngx_http_finalize_request(r, rc);
    return NGX_DONE;
}

}  // namespace

ngx_int_t refuse(ngx_http_request_t* r, RequestState& state) {
    const Verdict& verdict = *state.verdict;
    const session::Refused refused = session::refuse(verdict.judged->realm->policy, verdict.reason,
                                                     state.forbidden_status, read_visit(r));
    clear_cookies(r, state);
    state.headers.push_back(add_header(r, "Cache-Control", "no-store"));
    if (!refused.location.empty()) {
        ngx_table_elt_t* header = add_header(r, "Location", refused.location);
        r->headers_out.location = header;
        state.headers.push_back(header);
        return refused.status;
    }
    if (refused.status == NGX_HTTP_UNAUTHORIZED) {
        challenge(r, state);
    } else if (refused.status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        state.headers.push_back(add_header(r, "Retry-After", kRetryAfter));
    }
    if (has_error_page(r, refused.status)) {
        return refused.status;
    }
    return send_problem(r, refused.status, verdict.reason);
}

}  // namespace nginx
