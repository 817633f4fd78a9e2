#include "backchannel_logout.hpp"

#include <utility>

#include "../../jwt/json_writer.hpp"
#include "../../session/ascii.hpp"
#include "../../session/form.hpp"
#include "../../session/keys.hpp"
#include "../../session/logout_token.hpp"
#include "../conf.hpp"
#include "../location.hpp"
#include "../request/body.hpp"
#include "../request/current.hpp"
#include "../request/headers.hpp"
#include "../request/reply.hpp"
#include "../request/report.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "endpoint.hpp"

namespace nginx {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024;

// A logout on its way; lives as long as the request.
struct Logout {
    session::LogoutToken token;
    std::int64_t now = 0;  // Unix time of the logout
    bool done = false;
    bool replayed = false;
};

const Realm& realm_of(ngx_http_request_t* r) {
    return *location_of(r).endpoint.realm;
}

// As section 2.8 has it.
ngx_int_t refuse(ngx_http_request_t* r, const std::string& why) {
    log_line(r, realm_of(r).log_level, realm_of(r), "back-channel logout refused: " + why);
    return answer_json(
        r, NGX_HTTP_BAD_REQUEST,
        jwt::JsonWriter().text("error", "invalid_request").text("error_description", why).line());
}

ngx_int_t answer_store_away(ngx_http_request_t* r) {
    add_header(r, "Retry-After", "1");
    return answer_json(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                       jwt::JsonWriter()
                           .text("error", "temporarily_unavailable")
                           .text("error_description", "the store did not answer")
                           .line());
}

ngx_int_t answer(ngx_http_request_t* r) {
    const Logout& logout = *find_in_pool<Logout>(r->pool);
    if (logout.replayed) {
        return refuse(r, "the token was received before");
    }
    if (!logout.done) {
        return answer_store_away(r);
    }
    if (!RequestState::of(r).acknowledged) {
        // the same token may be sent again
        const Realm& realm = realm_of(r);
        store_of(realm).tell({{"DEL", session::was_received(realm.policy, logout.token).at(1)}});
        return answer_store_away(r);
    }
    std::string line = "back-channel logout: user=" + quoted(logout.token.user);
    if (!logout.token.session.empty()) {
        line += " id=" + quoted(logout.token.session);
    }
    log_line(r, NGX_LOG_INFO, realm_of(r), line);
    return answer_json(r, NGX_HTTP_OK, "{}\n");
}

bool take_done(ngx_http_request_t* r, Logout& logout, const std::vector<redis::Reply>& replies) {
    const Realm& realm = realm_of(r);
    report_errors(r, realm, replies);
    logout.done = session::is_logged_out(replies);
    if (!logout.done) {
        return true;
    }
    count(counters(realm).logouts);
    if (logout.token.session.empty()) {
        known_of(realm).marked(session::stale_key(realm.policy.store_prefix, logout.token.user),
                               std::to_string(logout.now));
    } else {
        note_ended(realm, {session::ending_of(realm.policy, logout.token, logout.now)});
    }
    return !RequestState::of(r).await_replicas(r, realm, resume_endpoint<answer>);
}

// What failed may be tried again with the same token: it counts as received when all is done.
bool take_received(ngx_http_request_t* r, Logout& logout,
                   const std::vector<redis::Reply>& replies) {
    const Realm& realm = realm_of(r);
    report_errors(r, realm, replies);
    if (replies.size() != 1 || replies[0].type != redis::Reply::Type::integer) {
        return true;
    }
    logout.now = ngx_time();
    logout.replayed = replies[0].integer != 0;
    if (logout.replayed) {
        return true;
    }
    const auto taken = [r, &logout](const std::vector<redis::Reply>& done) {
        return take_done(r, logout, done);
    };
    return !RequestState::of(r).ask(r, realm,
                                    session::log_out(realm.policy, logout.token, logout.now), taken,
                                    resume_endpoint<answer>);
}

ngx_int_t log_out(ngx_http_request_t* r, session::LogoutToken token) {
    const Realm& realm = realm_of(r);
    auto* logout = make_in_pool<Logout>(r->pool);
    logout->token = std::move(token);
    const auto taken = [r, logout](const std::vector<redis::Reply>& replies) {
        return take_received(r, *logout, replies);
    };
    const bool asked =
        RequestState::of(r).ask(r, realm, {session::was_received(realm.policy, logout->token)},
                                taken, resume_endpoint<answer>);
    return asked ? wait_for_store(r) : answer(r);
}

// The one "logout_token" of a form; nothing where there is none.
std::optional<std::string> token_of(ngx_http_request_t* r) {
    const ngx_table_elt_t* header = r->headers_in.content_type;
    std::string_view type = header == nullptr ? std::string_view() : view(header->value);
    const auto body = body_of(r, kMostBytes);
    if (!body || !session::equals_ignoring_case(session::trim(session::cut(type, ';')),
                                                "application/x-www-form-urlencoded")) {
        return std::nullopt;
    }
    const auto fields = session::parse_form(*body);
    return fields ? session::only_field(*fields, "logout_token") : std::nullopt;
}

ngx_int_t read_form(ngx_http_request_t* r) {
    const auto text = token_of(r);
    if (!text) {
        return refuse(r, "no form with one \"logout_token\", of 16 KB at most");
    }
    auto token = session::read_logout_token(realm_of(r).policy, *text, ngx_time());
    if (const auto* why = std::get_if<std::string>(&token)) {
        return wait_for_key_of(r, realm_of(r), *text, resume_endpoint<read_form>) ? NGX_DONE
                                                                                  : refuse(r, *why);
    }
    return log_out(r, std::get<session::LogoutToken>(std::move(token)));
}

void body_was_read(ngx_http_request_t* r) noexcept {
    ngx_http_finalize_request(r, endpoint_handler<read_form>(r));
}

// No page calls it: there is no origin to look at, and nobody is asked for leave.
ngx_int_t receive(ngx_http_request_t* r) {
    if (r != r->main) {
        return NGX_HTTP_FORBIDDEN;  // it has neither a method nor a body of its own
    }
    if (r->method != NGX_HTTP_POST || announces_more(r, kMostBytes)) {
        const ngx_int_t rc = ngx_http_discard_request_body(r);
        if (rc != NGX_OK || r->method == NGX_HTTP_POST) {
            return rc != NGX_OK ? rc : refuse(r, "the body has more than 16 KB");
        }
        add_header(r, "Allow", "POST");
        return NGX_HTTP_NOT_ALLOWED;
    }
    return read_body(r, body_was_read);
}

}  // namespace

char* set_session_backchannel_logout(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        return set_endpoint(cf, *static_cast<Location*>(conf), endpoint_handler<receive>);
    });
}

}  // namespace nginx
