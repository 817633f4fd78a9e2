// The first words on a connection, and what may be said of a server that objects to them.
#include "../../src/redis/greeting.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using redis::Arguments;
using redis::Login;
using redis::Reply;

namespace {

Reply reply(Reply::Type type, std::string text) {
    Reply reply;
    reply.type = type;
    reply.text = std::move(text);
    return reply;
}

Reply status(std::string text) {
    return reply(Reply::Type::status, std::move(text));
}
Reply error(std::string text) {
    return reply(Reply::Type::error, std::move(text));
}

}  // namespace

TEST_CASE("greeting: only what is needed is said, and PING always") {
    CHECK(redis::greeting({}) == std::vector<Arguments>{{"PING"}});
    CHECK(redis::greeting({"", "pw", 0}) == std::vector<Arguments>{{"AUTH", "pw"}, {"PING"}});
    CHECK(redis::greeting({"web", "pw", 3}) ==
          std::vector<Arguments>{{"AUTH", "web", "pw"}, {"SELECT", "3"}, {"PING"}});
    CHECK(redis::greeting({"web", "", 0}) == std::vector<Arguments>{{"AUTH", "web", ""}, {"PING"}});
}

TEST_CASE("greeting: a server that agrees") {
    CHECK_FALSE(redis::objection({}, {status("PONG")}));
    CHECK_FALSE(redis::objection({"", "pw", 2}, {status("OK"), status("OK"), status("PONG")}));
}

TEST_CASE("greeting: an account without PING and a server that renamed it are alive") {
    CHECK_FALSE(redis::objection({}, {error("NOPERM this user has no permissions")}));
    CHECK_FALSE(redis::objection({}, {error("ERR unknown command 'PING'")}));
}

TEST_CASE("greeting: each objection is told in the server's words") {
    CHECK(redis::objection({}, {error("LOADING Redis is loading the dataset in memory")}) ==
          "PING was answered with LOADING Redis is loading the dataset in memory");
    CHECK(redis::objection({}, {error("NOAUTH Authentication required.")}) ==
          "PING was answered with NOAUTH Authentication required.");
    CHECK(redis::objection({}, {error("ERR max number of clients reached")}));
    CHECK(redis::objection({"", "pw", 99},
                           {status("OK"), error("ERR DB index is out of range"), status("PONG")}) ==
          "SELECT was answered with ERR DB index is out of range");
    CHECK(redis::objection({"", "pw", 2}, {error("WRONGPASS invalid username-password pair"),
                                           error("NOAUTH"), error("NOAUTH")}) ==
          "AUTH was answered with WRONGPASS invalid username-password pair");
}

TEST_CASE("greeting: anything but a status is no agreement") {
    CHECK(redis::objection({"", "pw", 0}, {reply(Reply::Type::nil, ""), status("PONG")}));
    CHECK(redis::objection({"", "", 1}, {reply(Reply::Type::string, "OK"), status("PONG")}));
}

TEST_CASE("greeting: the password is never repeated") {
    const std::vector<Reply> unknown = {
        error("ERR unknown command 'AUTH', with args beginning with: 'hunter2' "), status("PONG")};
    CHECK(redis::objection({"", "hunter2", 0}, unknown) ==
          "AUTH was answered with ERR unknown command ");
    const std::vector<Reply> spelled = {error("ERR hunter2 is wrong"), status("PONG")};
    CHECK(redis::objection({"", "hunter2", 0}, spelled) == "AUTH was answered with an error");
}

TEST_CASE("greeting: the server's words cannot break a log line") {
    const std::string text =
        *redis::objection({}, {error("ERR \x1b[2J\nalert\x7f" + std::string(1000, 'x'))});
    CHECK(text.size() < 200);
    CHECK(text.find_first_of("\x1b\n\x7f") == std::string::npos);
}

TEST_CASE("greeting: who wants a master asks for the role") {
    const Login login = {"", "pw", 2, true};
    CHECK(redis::greeting(login) ==
          std::vector<Arguments>{{"AUTH", "pw"}, {"SELECT", "2"}, {"ROLE"}, {"PING"}});
    const auto with = [&login](const Reply& role) {
        return redis::objection(login, {status("OK"), status("OK"), role, status("PONG")});
    };
    Reply role;
    role.type = Reply::Type::array;
    role.elements = {reply(Reply::Type::string, "master")};
    CHECK_FALSE(with(role));
    role.elements[0].text = "slave";
    CHECK(with(role) == "ROLE was answered with slave");
    role.elements[0] = status("master");
    CHECK(with(role));
    role.elements.clear();
    CHECK(with(role));
    CHECK(with(error("NOPERM no permissions")) == "ROLE was answered with NOPERM no permissions");
    CHECK(with(status("master")));
}
