#include "reply.hpp"

#include <bitset>

#include "../../session/verdict.hpp"
#include "../zone/zone.hpp"
#include "cookies.hpp"
#include "headers.hpp"
#include "presented.hpp"
#include "refresh.hpp"

namespace nginx {
namespace {

constexpr std::string_view kProblemType = "application/problem+json";
constexpr std::string_view kRetryAfter =
    "1";  // seconds; connections to Redis are tried at least as often

// An expired access token beside a refresh token is no more than a reason to refresh, which another
// tab may have done already: its new cookie must not be deleted.
std::bitset<session::kReasons> clearing_reasons(ngx_http_request_t* r,
                                                const session::Policy& policy) {
    std::bitset<session::kReasons> reasons = policy.clears;
    if (policy.refresh_cookie && !sent_cookies(r, policy.refresh_cookie->name).empty()) {
        reasons.reset(static_cast<std::size_t>(session::Reason::expired));
    }
    return reasons;
}

void clear_cookies(ngx_http_request_t* r, RequestState& state) {
    const Verdict& verdict = *state.verdict;
    const Realm& realm = *verdict.judged->realm;
    const session::Policy& policy = realm.policy;
    const auto kind = Cookie::Kind::refusal;
    if (state.refresh_of(realm) != nullptr) {
        // A refresh that failed otherwise may succeed the next time.
        if (ends_session(verdict.reason) &&
            policy.clears.test(static_cast<std::size_t>(verdict.reason))) {
            delete_sent_cookies(r, state, realm, kind);
        }
        return;
    }
    const auto reasons = clearing_reasons(r, policy);
    for (const std::string_view name : verdict.judged->evidence.cookies_to_clear(policy, reasons)) {
        delete_cookie(r, state, realm, name, kind);
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

// Headers and cookies of the refusal. The result is a status that nginx answers itself, by
// redirect or "error_page", or 0.
ngx_int_t prepare(ngx_http_request_t* r, RequestState& state, const session::Refused& refused) {
    clear_cookies(r, state);
    state.headers.push_back(add_header(r, "Cache-Control", "no-store"));
    if (!refused.location.empty()) {
        count(counters(*state.verdict->judged->realm).redirects);
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
    return has_error_page(r, refused.status) ? refused.status : 0;
}

session::Refused refused(ngx_http_request_t* r, const RequestState& state,
                         const session::Visit& visit) {
    return session::refuse(state.verdict->judged->realm->policy, state.verdict->reason,
                           state.forbidden_status, visit);
}

ngx_int_t send(ngx_http_request_t* r, ngx_uint_t status, std::string_view type,
               std::string_view text) {
    ngx_str_t content_type = str(type);
    ngx_http_complex_value_t body = {};
    body.value = copy(r->pool, text);
    return ngx_http_send_response(r, status, &content_type, &body);
}

ngx_int_t send_refusal(ngx_http_request_t* r, const RequestState& state,
                       const session::Refused& refused) {
    const auto status = static_cast<ngx_uint_t>(refused.status);
    r->err_status = status;  // an error page that is refused is no answer of its own
    return send(r, status, kProblemType, session::problem(refused.status, state.verdict->reason));
}

}  // namespace

ngx_int_t refuse(ngx_http_request_t* r, RequestState& state) {
    const session::Refused answer = refused(r, state, read_visit(r));
    if (const ngx_int_t status = prepare(r, state, answer)) {
        return status;
    }
    ngx_http_finalize_request(r, send_refusal(r, state, answer));
    return NGX_DONE;
}

ngx_int_t answer_refusal(ngx_http_request_t* r, RequestState& state) {
    const session::Refused answer = refused(r, state, {});
    const ngx_int_t status = prepare(r, state, answer);
    return status != 0 ? status : send_refusal(r, state, answer);
}

ngx_int_t answer_json(ngx_http_request_t* r, ngx_uint_t status, std::string_view body) {
    add_header(r, "Cache-Control", "no-store");
    return send(r, status, "application/json", body);
}

ngx_int_t answer_problem(ngx_http_request_t* r, ngx_uint_t status, std::string_view body) {
    add_header(r, "Cache-Control", "no-store");
    if (status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        add_header(r, "Retry-After", kRetryAfter);
    }
    return send(r, status, kProblemType, body);
}

ngx_buf_t* write_problem(ngx_http_request_t* r, ngx_uint_t status,
                         std::optional<session::Reason> reason) {
    add_header(r, "Cache-Control", "no-store");
    if (status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        add_header(r, "Retry-After", kRetryAfter);
    }
    auto* body = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
    if (body == nullptr) {
        throw std::bad_alloc();
    }
    const ngx_str_t text = copy(r->pool, session::problem(static_cast<int>(status), reason));
    body->start = body->pos = text.data;
    body->end = body->last = text.data + text.len;
    body->memory = 1;
    body->last_buf = 1;
    body->last_in_chain = 1;
    r->headers_out.status = status;
    r->headers_out.content_type = str(kProblemType);
    r->headers_out.content_type_len = kProblemType.size();
    r->headers_out.content_length_n = static_cast<off_t>(text.len);
    return body;
}

}  // namespace nginx
