#include "../../src/session/admin_request.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../../src/jwt/base64url.hpp"

using session::AdminCall;
using session::AdminRequest;
using session::AdminTarget;
using session::Problem;
using session::read_admin_body;
using session::read_admin_query;

namespace {

constexpr std::int64_t kNow = 1700000000;
constexpr const char* kJson = "application/json";
constexpr const char* kForm = "application/x-www-form-urlencoded";

AdminTarget of(AdminCall call) {
    AdminTarget target;
    target.call = call;
    return target;
}

AdminRequest query(AdminCall call, std::string_view text) {
    return std::get<AdminRequest>(read_admin_query(of(call), text));
}

// The field that is wrong, "-" where none is.
std::string wrong(AdminCall call, std::string_view text) {
    const auto read = read_admin_query(of(call), text);
    const auto* problem = std::get_if<Problem>(&read);
    return problem == nullptr ? "-" : problem->field;
}

std::string wrong_body(AdminCall call, std::string_view body, std::string_view type = kJson) {
    AdminRequest request;
    request.call = call;
    const auto problem = read_admin_body(request, type, body, kNow);
    return !problem ? "-" : problem->status == 415 ? "415" : problem->field;
}

AdminRequest body(AdminCall call, std::string_view text, std::string_view type = kJson) {
    AdminRequest request;
    request.call = call;
    REQUIRE_FALSE(read_admin_body(request, type, text, kNow));
    return request;
}

}  // namespace

TEST_CASE("the parameters of a list") {
    CHECK(query(AdminCall::list, "").limit == 100);
    const AdminRequest request = query(AdminCall::list, "user=a+b&tenant=t%2F1&limit=1000");
    CHECK(request.user == "a b");
    CHECK(request.tenant == "t/1");
    CHECK(request.limit == 1000);
    CHECK(request.scan == "0");
    for (const char* limit : {"0", "1001", "-1", "+1", "1.0", "", "x", "18446744073709551616"}) {
        CHECK(wrong(AdminCall::list, std::string("limit=") + limit) == "limit");
    }
    CHECK(wrong(AdminCall::list, "users=42") == "users");
    CHECK(wrong(AdminCall::list, "user=42&user=42") == "user");
    CHECK(wrong(AdminCall::list, "user=%00") == "user");
    CHECK(wrong(AdminCall::show, "") == "user");
    CHECK(wrong(AdminCall::show, "user=42&limit=1") == "limit");
    CHECK(wrong(AdminCall::stats, "user=42") == "user");
}

TEST_CASE("cursors of one list are none of another") {
    const std::string user = session::write_cursor({kNow * 1000000, "s 1"});
    const std::string scan = session::write_scan_cursor("123");
    CHECK(query(AdminCall::list, "cursor=" + scan).scan == "123");
    CHECK(query(AdminCall::cleanup, "cursor=" + scan).scan == "123");
    // whatever their order in the query
    for (const std::string& text : {"user=42&cursor=" + user, "cursor=" + user + "&user=42"}) {
        const auto behind = query(AdminCall::list, text).behind;
        REQUIRE(behind);
        CHECK(behind->created_us == kNow * 1000000);
        CHECK(behind->id == "s 1");
    }
    CHECK(wrong(AdminCall::list, "cursor=" + user) == "cursor");
    CHECK(wrong(AdminCall::list, "user=42&cursor=" + scan) == "cursor");
    for (const char* plain : {"", "scan ", "scan x", "scan -1", "scan 123456789012345678901",
                              "scan 1 ", "user 1 ", "user  a", "user 1", "user 1x a"}) {
        const std::string cursor = jwt::base64url_encode(plain);
        CHECK(wrong(AdminCall::list, "cursor=" + cursor) == "cursor");
        CHECK(wrong(AdminCall::list, "user=42&cursor=" + cursor) == "cursor");
    }
}

TEST_CASE("a session to begin") {
    const AdminRequest request =
        body(AdminCall::create, R"({"user":"42","tenant":null,"claims":{"role":"a","n":[1]}})");
    CHECK(request.user == "42");
    CHECK(request.tenant.empty());
    CHECK(request.claims == R"({"role":"a","n":[1]})");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42","claims":["{}"]})") == "claims");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42","claims":"{}"})") == "claims");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42","tenant":1})") == "tenant");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42","admin":true})") == "admin");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42","user":"43"})").empty());
    CHECK(wrong_body(AdminCall::create, "[]").empty());
    CHECK(wrong_body(AdminCall::create, "user=42", kForm) == "415");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42"})", "") == "415");
    CHECK(wrong_body(AdminCall::create, R"({"user":"42"})", "APPLICATION/JSON ; q=1") == "-");
}

TEST_CASE("marks and epochs") {
    CHECK(body(AdminCall::mark, R"({"before":1700000060})").before == kNow + 60);
    CHECK(body(AdminCall::mark, R"({"before":0})").before == 0);
    CHECK_FALSE(body(AdminCall::mark, R"({"deleted":true})").before);
    CHECK(body(AdminCall::epoch, R"({"before":5,"tenant":"t"})").tenant == "t");
    for (const char* time : {"1700000061", "1700000000000", "-1", "1.5", "\"1\"", "null", "true"}) {
        const std::string text = std::string(R"({"before":)") + time + "}";
        CHECK(wrong_body(AdminCall::mark, text) == "before");
        CHECK(wrong_body(AdminCall::epoch, text) == "before");
    }
    CHECK(wrong_body(AdminCall::mark, "{}") == "before");
    CHECK(wrong_body(AdminCall::mark, R"({"deleted":false})") == "deleted");
    CHECK(wrong_body(AdminCall::mark, R"({"deleted":true,"before":1})") == "before");
    CHECK(wrong_body(AdminCall::epoch, R"({"before":1,"deleted":true})") == "deleted");
}

TEST_CASE("what is to be revoked") {
    CHECK(body(AdminCall::revoke, "token=a.b.c&token_type_hint=x", kForm).token == "a.b.c");
    CHECK(wrong_body(AdminCall::revoke, "token=", kForm) == "token");
    CHECK(wrong_body(AdminCall::revoke, "token=a&token=a", kForm) == "token");
    CHECK(wrong_body(AdminCall::revoke, "token=a", "text/plain") == "415");
    const AdminRequest request =
        body(AdminCall::revoke, R"({"user":"42","id":"j1","exp":1700003600})");
    CHECK(request.id == "j1");
    CHECK(request.expires == kNow + 3600);
    CHECK(body(AdminCall::revoke, R"({"user":"42","id":"j1"})").expires == 0);
    CHECK(wrong_body(AdminCall::revoke, R"({"user":"42","id":"j","exp":1700000000000})") == "exp");
    CHECK(wrong_body(AdminCall::revoke, R"({"user":"42"})") == "id");
    CHECK(wrong_body(AdminCall::revoke, R"({"id":"j1"})") == "user");
}
