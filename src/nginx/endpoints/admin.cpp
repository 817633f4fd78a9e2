#include "admin.hpp"

#include <memory>
#include <utility>

#include "../../session/admin_task.hpp"
#include "../conf.hpp"
#include "../live/live_feed.hpp"
#include "../location.hpp"
#include "../random.hpp"
#include "../request/begin.hpp"
#include "../request/body.hpp"
#include "../request/current.hpp"
#include "../request/headers.hpp"
#include "../request/presented.hpp"
#include "../request/reply.hpp"
#include "../request/report.hpp"
#include "../request/tally.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "endpoint.hpp"

namespace nginx {
namespace {

// A call on its way; lives as long as the request.
struct AdminRun {
    explicit AdminRun(session::AdminRequest wanted) : request(std::move(wanted)) {}

    session::AdminRequest request;
    std::unique_ptr<session::AdminTask> task;
};

const Realm& realm_of(ngx_http_request_t* r) {
    return *location_of(r).endpoint.realm;
}

session::Moment moment() {
    return {ngx_time(), ngx_current_msec};
}

ngx_int_t tell(ngx_http_request_t* r, const session::Problem& problem) {
    if (!problem.allow.empty()) {
        add_header(r, "Allow", problem.allow);
    }
    return answer_problem(r, static_cast<ngx_uint_t>(problem.status),
                          session::problem_json(problem));
}

// Of a request whose body nobody has read.
ngx_int_t refuse_unread(ngx_http_request_t* r, const session::Problem& problem) {
    const ngx_int_t rc = ngx_http_discard_request_body(r);
    return rc != NGX_OK ? rc : tell(r, problem);
}

// Nobody is told before the zone knows.
void apply(ngx_http_request_t* r, const session::AdminEffects& effects) {
    const Realm& realm = realm_of(r);
    note_ended(realm, effects.ended);
    for (const auto& [key, mark] : effects.marked) {
        known_of(realm).marked(key, mark);
    }
    for (const std::string& key : effects.deleted) {
        known_of(realm).deleted(key);
    }
    if (effects.issued) {
        count_issued(realm);
    }
    for (const std::string& warning : effects.warnings) {
        log_line(r, NGX_LOG_WARN, realm, warning);
    }
}

ngx_int_t answer(ngx_http_request_t* r) {
    const session::AdminTask& task = *find_in_pool<AdminRun>(r->pool)->task;
    apply(r, task.effects());
    if (!RequestState::of(r).acknowledged) {
        return tell(r, session::store_away());
    }
    if (const auto* problem = std::get_if<session::Problem>(&task.outcome())) {
        return tell(r, *problem);
    }
    const auto& done = std::get<session::AdminAnswer>(task.outcome());
    return answer_json(r, static_cast<ngx_uint_t>(done.status), done.json);
}

bool ask_next(ngx_http_request_t* r, AdminRun& run);

// True: there is nothing more to ask.
bool take(ngx_http_request_t* r, AdminRun& run, const std::vector<redis::Reply>& replies) {
    report_errors(r, realm_of(r), replies);
    if (replies.empty()) {
        return true;
    }
    run.task->take(replies, moment());
    if (ask_next(r, run)) {
        return false;
    }
    const session::AdminEffects& effects = run.task->effects();
    const bool revokes = !effects.ended.empty() || !effects.marked.empty();
    return !revokes || !RequestState::of(r).await_replicas(r, realm_of(r), resume_endpoint<answer>);
}

bool ask_next(ngx_http_request_t* r, AdminRun& run) {
    std::vector<redis::Arguments> commands = run.task->next(moment());
    if (commands.empty()) {
        return false;
    }
    const auto taken = [r, &run](const std::vector<redis::Reply>& replies) {
        return take(r, run, replies);
    };
    return RequestState::of(r).ask(r, realm_of(r), std::move(commands), taken,
                                   resume_endpoint<answer>);
}

ngx_int_t perform(ngx_http_request_t* r) {
    AdminRun& run = *find_in_pool<AdminRun>(r->pool);
    const std::string& token = run.request.token;
    if (!token.empty() && wait_for_key_of(r, realm_of(r), token, resume_endpoint<perform>)) {
        return NGX_DONE;
    }
    if (run.request.call == session::AdminCall::show) {
        run.request.connections = open_requests(realm_of(r), run.request.user, run.request.id);
    }
    run.task = session::make_admin_task(realm_of(r).policy, run.request, begin_now(),
                                        {random_id(), random_id()});
    return ask_next(r, run) ? wait_for_store(r) : answer(r);
}

session::Problem too_large() {
    session::Problem problem;
    problem.status = NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
    problem.detail = "the body has more than " + std::to_string(session::kMaxAdminBody) + " bytes";
    return problem;
}

ngx_int_t perform_with_body(ngx_http_request_t* r) {
    AdminRun& run = *find_in_pool<AdminRun>(r->pool);
    const auto body = body_of(r, session::kMaxAdminBody);
    if (!body) {
        return tell(r, too_large());
    }
    const ngx_table_elt_t* type = r->headers_in.content_type;
    const auto problem = session::read_admin_body(
        run.request, type == nullptr ? std::string_view() : view(type->value), *body, ngx_time());
    return problem ? tell(r, *problem) : perform(r);
}

void body_was_read(ngx_http_request_t* r) noexcept {
    ngx_http_finalize_request(r, endpoint_handler<perform_with_body>(r));
}

// The path as the client wrote it, for a name may have a slash in it; where it has been rewritten,
// as it is now.
std::optional<std::vector<std::string>> segments_of(ngx_http_request_t* r) {
    const std::string_view prefix = view(location_of(r).admin_prefix);
    if (!r->valid_unparsed_uri) {
        return session::admin_segments(view(r->uri), prefix, true);
    }
    std::string_view path = view(r->unparsed_uri);
    return session::admin_segments(path.substr(0, path.find_first_of("?#")), prefix, false);
}

std::variant<session::AdminRequest, session::Problem> read_request(ngx_http_request_t* r) {
    const auto segments = segments_of(r);
    auto target = session::find_admin_call(view(r->method_name),
                                           segments.value_or(std::vector<std::string>()),
                                           location_of(r).admin_write);
    if (auto* problem = std::get_if<session::Problem>(&target)) {
        return std::move(*problem);
    }
    return session::read_admin_query(std::get<session::AdminTarget>(target), view(r->args));
}

ngx_int_t admin(ngx_http_request_t* r) {
    if (r != r->main) {
        return NGX_HTTP_FORBIDDEN;  // it has neither a method nor a body of its own
    }
    if (is_preflight(r)) {
        return NGX_HTTP_NO_CONTENT;  // what it may do is for "add_header" to say
    }
    if (!may_use_cookie(r, realm_of(r).policy)) {
        const ngx_int_t rc = ngx_http_discard_request_body(r);
        return rc != NGX_OK ? rc : refuse_endpoint(r, RequestState::of(r), session::Reason::origin);
    }
    auto request = read_request(r);
    if (const auto* problem = std::get_if<session::Problem>(&request)) {
        return refuse_unread(r, *problem);
    }
    auto* run =
        make_in_pool<AdminRun>(r->pool, std::get<session::AdminRequest>(std::move(request)));
    if (!session::takes_body(run->request.call)) {
        const ngx_int_t rc = ngx_http_discard_request_body(r);
        return rc != NGX_OK ? rc : perform(r);
    }
    return announces_more(r, session::kMaxAdminBody) ? refuse_unread(r, too_large())
                                                     : read_body(r, body_was_read);
}

// The path is read behind the prefix of the location.
bool is_prefix(const ngx_http_core_loc_conf_t& core) {
#if (NGX_PCRE)
    if (core.regex != nullptr) {
        return false;
    }
#endif
    return !core.exact_match && !core.named && !core.noname;
}

}  // namespace

char* set_session_admin(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        auto& location = *static_cast<Location*>(conf);
        const auto& core = *static_cast<ngx_http_core_loc_conf_t*>(
            ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
        if (argument_count(cf) > 2) {
            if (argument(cf, 2) != "write=on" && argument(cf, 2) != "write=off") {
                return fail_value(cf, argument(cf, 2), "use write=on, or leave it out");
            }
            location.admin_write = argument(cf, 2) == "write=on";
        }
        if (!is_prefix(core)) {
            return fail(cf,
                        "\"session_admin\" reads the path behind the prefix of its location, use a "
                        "location without \"=\" and \"~\" such as /sessions-admin/");
        }
        location.admin_prefix = core.name;
        return set_endpoint(cf, location, endpoint_handler<admin>);
    });
}

}  // namespace nginx
