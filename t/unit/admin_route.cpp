#include "../../src/session/admin_route.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using session::admin_segments;
using session::AdminCall;
using session::AdminTarget;
using session::find_admin_call;
using session::Problem;
using Segments = std::vector<std::string>;

namespace {

const AdminTarget* target_of(const std::variant<AdminTarget, Problem>& found) {
    return std::get_if<AdminTarget>(&found);
}

int status_of(const char* method, const Segments& segments, bool write = true) {
    const auto found = find_admin_call(method, segments, write);
    const auto* problem = std::get_if<Problem>(&found);
    return problem == nullptr ? 200 : problem->status;
}

}  // namespace

TEST_CASE("what stands behind the prefix, with or without its last slash") {
    for (const char* prefix : {"/admin", "/admin/"}) {
        CHECK(admin_segments("/admin/sessions", prefix, false) == Segments{"sessions"});
        CHECK(admin_segments("/admin/users/42/stale", prefix, false) ==
              Segments{"users", "42", "stale"});
        CHECK(admin_segments("/admin", prefix, false) == Segments{});
        CHECK(admin_segments("/admin/", prefix, false) == Segments{""});
        CHECK_FALSE(admin_segments("/administrators/x", prefix, false));
        CHECK_FALSE(admin_segments("/x/admin/sessions", prefix, false));
        CHECK_FALSE(admin_segments("//admin/sessions", prefix, false));
    }
    CHECK(admin_segments("/sessions", "/", false) == Segments{"sessions"});
    CHECK(admin_segments("/a/b/sessions", "/a/b", false) == Segments{"sessions"});
    CHECK_FALSE(admin_segments("", "/a", false));
    CHECK_FALSE(admin_segments("a/sessions", "/a", false));
}

TEST_CASE("each segment is decoded by itself") {
    CHECK(admin_segments("/%61/users/a%2Fb%25/stale", "/a", false) ==
          Segments{"users", "a/b%", "stale"});
    CHECK(admin_segments("/a/a+b", "/a", false) == Segments{"a+b"});
    CHECK_FALSE(admin_segments("/a/%4", "/a", false));
    CHECK(admin_segments("/a/x%2Fy", "/a", true) == Segments{"x%2Fy"});
}

TEST_CASE("every call has its method and path") {
    struct Case {
        const char* method;
        Segments segments;
        AdminCall call;
    };
    for (const Case& one : std::vector<Case>{
             {"GET", {"sessions"}, AdminCall::list},
             {"HEAD", {"sessions"}, AdminCall::list},
             {"POST", {"sessions"}, AdminCall::create},
             {"GET", {"sessions", "s1"}, AdminCall::show},
             {"DELETE", {"sessions", "s1"}, AdminCall::end},
             {"DELETE", {"users", "42", "sessions"}, AdminCall::end_all},
             {"PUT", {"users", "42", "stale"}, AdminCall::mark},
             {"DELETE", {"users", "42", "stale"}, AdminCall::unmark},
             {"POST", {"revoke"}, AdminCall::revoke},
             {"POST", {"epoch"}, AdminCall::epoch},
             {"GET", {"stats"}, AdminCall::stats},
             {"POST", {"cleanup"}, AdminCall::cleanup},
         }) {
        const auto found = find_admin_call(one.method, one.segments, true);
        REQUIRE(target_of(found) != nullptr);
        CHECK(target_of(found)->call == one.call);
        const bool reads = one.method == std::string("GET") || one.method == std::string("HEAD");
        CHECK(status_of(one.method, one.segments, false) == (reads ? 200 : 403));
    }
    CHECK(target_of(find_admin_call("DELETE", {"sessions", "s 1"}, true))->id == "s 1");
    CHECK(target_of(find_admin_call("DELETE", {"users", "a/b", "stale"}, true))->user == "a/b");
}

TEST_CASE("no such call, another method, a name that is none") {
    for (const Segments& none : std::vector<Segments>{{},
                                                      {""},
                                                      {"sessions", ""},
                                                      {"sessions", "a", "b"},
                                                      {"users"},
                                                      {"users", "", "stale"},
                                                      {"users", "42"},
                                                      {"Sessions"},
                                                      {"stats", "x"}}) {
        CHECK(status_of("GET", none) == 404);
    }
    CHECK(status_of("get", {"sessions"}) == 405);
    CHECK(status_of("PATCH", {"sessions", "s1"}) == 405);
    CHECK(std::get<Problem>(find_admin_call("PUT", {"sessions"}, true)).allow == "GET, HEAD, POST");
    CHECK(std::get<Problem>(find_admin_call("GET", {"epoch"}, true)).allow == "POST");
    const auto found = find_admin_call("GET", {"sessions", "a\nb"}, true);
    CHECK(std::get<Problem>(found).field == "id");
    CHECK(std::get<Problem>(find_admin_call("PUT", {"users", "\xff", "stale"}, true)).field ==
          "user");
}

TEST_CASE("a problem as JSON") {
    CHECK(session::problem_json(session::bad_field("before", "is \"none\"")) ==
          "{\"title\":\"Bad Request\",\"status\":400,\"field\":\"before\","
          "\"detail\":\"is \\\"none\\\"\"}\n");
    CHECK(session::problem_json(session::store_away()).find("\"reason\":\"store\"") !=
          std::string::npos);
}
