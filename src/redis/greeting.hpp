// The first words on a connection: who we are, which database, and whether the server is fit to
// answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resp.hpp"

namespace redis {

struct Login {
    std::string_view user;      // empty: the default user
    std::string_view password;  // both empty: no AUTH
    unsigned long database = 0;
    bool wants_master = false;  // and no replica: ROLE
};

// AUTH, SELECT and ROLE where they are needed, and PING always: a server that hangs, loads its data
// or wants a password shows it here, before a request waits for it.
std::vector<Arguments> greeting(const Login& login);

// What the server has against us, in one line fit for a log, which never holds the password;
// nothing where the connection may be used.
std::optional<std::string> objection(const Login& login, const std::vector<Reply>& replies);

// Whether ROLE was answered by a master.
bool is_master(const Reply& role);

// A server's words without what could break a log line.
std::string printable(std::string_view text);

}  // namespace redis
