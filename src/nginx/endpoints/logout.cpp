#include "logout.hpp"

#include "../../session/record.hpp"
#include "../conf.hpp"
#include "../location.hpp"
#include "../request/cookies.hpp"
#include "../request/current.hpp"
#include "../request/headers.hpp"
#include "../request/presented.hpp"
#include "../request/reply.hpp"
#include "../request/report.hpp"
#include "../zone/zone.hpp"
#include "endpoint.hpp"

namespace nginx {
namespace {

constexpr std::string_view kDone =
    "{\"success\":true,\"message\":\"Session cleared successfully\"}\n";
constexpr std::string_view kFailed =
    "{\"success\":false,\"message\":\"Session store unavailable\",\"reason\":\"store\"}\n";

std::string_view allowed(const Location& location) {
    return (location.logout_methods & NGX_HTTP_GET) == 0    ? "POST"
           : (location.logout_methods & NGX_HTTP_POST) == 0 ? "GET"
                                                            : "GET, POST";
}

ngx_int_t answer_done(ngx_http_request_t* r) {
    const Location& location = location_of(r);
    delete_sent_cookies(r, RequestState::of(r), *location.endpoint.realm, Cookie::Kind::session);
    if (location.logout_url.len == 0 || !read_visit(r).navigation) {
        return answer_json(r, NGX_HTTP_OK, kDone);
    }
    add_header(r, "Cache-Control", "no-store");
    r->headers_out.location = add_header(r, "Location", view(location.logout_url));
    return NGX_HTTP_SEE_OTHER;
}

ngx_int_t answer(ngx_http_request_t* r) {
    const RequestState& state = RequestState::of(r);
    if (state.stored && state.acknowledged) {
        return answer_done(r);
    }
    add_header(r, "Retry-After", "1");
    return answer_json(r, NGX_HTTP_SERVICE_UNAVAILABLE, kFailed);
}

bool ask(ngx_http_request_t* r, RequestState& state, const Realm& realm,
         const std::vector<session::Ending>& endings) {
    std::vector<redis::Arguments> commands;
    commands.reserve(endings.size());
    for (const session::Ending& ending : endings) {
        session::append_end(realm.policy, ending, ngx_time(), commands);
    }
    const auto taken = [r, &state, &realm, endings](const std::vector<redis::Reply>& replies) {
        report_errors(r, realm, replies);
        state.stored = !replies.empty();
        std::size_t next = 0;
        for (const session::Ending& ending : endings) {
            state.stored = state.stored && session::has_ended(ending, replies, next);
        }
        if (state.stored) {
            count(counters(realm).logouts);
            note_ended(realm, endings);
        }
        return !state.stored || !state.await_replicas(r, realm, resume_endpoint<answer>);
    };
    return state.ask(r, realm, std::move(commands), taken, resume_endpoint<answer>);
}

// Only the store knows which sessions opaque ids name.
bool find(ngx_http_request_t* r, RequestState& state, CurrentSessions current) {
    const Realm& realm = current.realm();
    std::vector<redis::Arguments> questions = current.questions();
    const auto taken = [r, &state, current = std::move(current)](
                           const std::vector<redis::Reply>& replies) mutable {
        report_errors(r, current.realm(), replies);
        if (!current.answer(replies)) {
            return true;
        }
        state.stored = current.endings().empty();
        return state.stored || !ask(r, state, current.realm(), current.endings());
    };
    return state.ask(r, realm, std::move(questions), taken, resume_endpoint<answer>);
}

ngx_int_t end_current(ngx_http_request_t* r) {
    const Realm& realm = *location_of(r).endpoint.realm;
    RequestState& state = RequestState::of(r);
    CurrentSessions current(realm);
    current.read(r);
    if (current.lack_key() && wait_for_key(r, realm, resume_endpoint<end_current>)) {
        return NGX_DONE;
    }
    if (!current.questions().empty()) {
        return find(r, state, std::move(current)) ? wait_for_store(r) : answer(r);
    }
    if (current.endings().empty()) {
        return answer_done(r);
    }
    return ask(r, state, realm, current.endings()) ? wait_for_store(r) : answer(r);
}

ngx_int_t logout(ngx_http_request_t* r) {
    const Location& location = location_of(r);
    const Realm& realm = *location.endpoint.realm;
    const ngx_int_t rc = accept(r, location.logout_methods, allowed(location));
    if (rc != NGX_OK) {
        return rc;
    }
    if (has_cookie(r, realm) && !may_use_cookie(r, realm.policy)) {
        return refuse_endpoint(r, RequestState::of(r), session::Reason::origin);
    }
    return end_current(r);
}

char* read_methods(ngx_conf_t* cf, std::string_view text, ngx_uint_t& methods) {
    methods = 0;
    for (const std::string_view one :
         {std::string_view("POST"), std::string_view("GET"), std::string_view("POST,GET"),
          std::string_view("GET,POST")}) {
        if (text == one) {
            methods |= one.find("POST") != std::string_view::npos ? NGX_HTTP_POST : 0;
            methods |= one.find("GET") != std::string_view::npos ? NGX_HTTP_GET : 0;
        }
    }
    return methods != 0 ? ok() : fail_value(cf, text, "\"methods\" is POST, GET or POST,GET");
}

char* read_arguments(ngx_conf_t* cf, Location& location) {
    location.logout_methods = NGX_HTTP_POST;
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        const std::string_view text = argument(cf, i);
        if (const auto methods = parameter(text, "methods")) {
            if (read_methods(cf, *methods, location.logout_methods) != ok()) {
                return static_cast<char*>(NGX_CONF_ERROR);
            }
        } else if (session::is_page_url(text) && location.logout_url.len == 0) {
            location.logout_url = copy(cf->pool, text);
        } else {
            return fail_value(cf, text,
                              "use one path such as / or an http or https URL, and methods=");
        }
    }
    return ok();
}

}  // namespace

char* set_session_logout(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& location = *static_cast<Location*>(conf);
        return read_arguments(cf, location) == ok()
                   ? set_endpoint(cf, location, endpoint_handler<logout>)
                   : static_cast<char*>(NGX_CONF_ERROR);
    });
}

}  // namespace nginx
