#include "greeting.hpp"

#include <algorithm>

namespace redis {

namespace {

constexpr std::size_t kMaxText = 128;

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

bool signs_in(const Login& login) {
    return !login.user.empty() || !login.password.empty();
}

// A server that does not know AUTH repeats its arguments, in quotes: nothing from the first quote
// on is shown, and nothing at all where the password is still there.
std::string without_secret(std::string_view text, std::string_view password) {
    text = text.substr(0, text.find_first_of("'`\""));
    const bool leaks = !password.empty() && text.find(password) != std::string_view::npos;
    return leaks ? "an error" : printable(text);
}

// An account that may only read is not allowed PING, and some servers have renamed it: they are
// alive.
bool is_alive(const Reply& reply) {
    return !reply.is_error() || starts_with(reply.text, "NOPERM") ||
           starts_with(reply.text, "ERR unknown command");
}

std::string role_of(const Reply& reply) {
    const bool named = reply.type == Reply::Type::array && !reply.elements.empty();
    return printable(named ? reply.elements[0].text : reply.text);
}

}  // namespace

std::vector<Arguments> greeting(const Login& login) {
    std::vector<Arguments> commands;
    if (signs_in(login)) {
        Arguments& auth = commands.emplace_back(Arguments{"AUTH"});
        if (!login.user.empty()) {
            auth.emplace_back(login.user);
        }
        auth.emplace_back(login.password);
    }
    if (login.database != 0) {
        commands.push_back({"SELECT", std::to_string(login.database)});
    }
    if (login.wants_master) {
        commands.push_back({"ROLE"});
    }
    commands.push_back({"PING"});
    return commands;
}

std::optional<std::string> objection(const Login& login, const std::vector<Reply>& replies) {
    std::size_t next = 0;
    if (signs_in(login)) {
        const Reply& reply = replies.at(next++);
        if (reply.type != Reply::Type::status) {
            return "AUTH was answered with " + without_secret(reply.text, login.password);
        }
    }
    if (login.database != 0) {
        const Reply& reply = replies.at(next++);
        if (reply.type != Reply::Type::status) {
            return "SELECT was answered with " + printable(reply.text);
        }
    }
    if (login.wants_master) {
        const Reply& reply = replies.at(next++);
        if (!is_master(reply)) {
            return "ROLE was answered with " + role_of(reply);
        }
    }
    const Reply& reply = replies.at(next);
    if (!is_alive(reply)) {
        return "PING was answered with " + printable(reply.text);
    }
    return std::nullopt;
}

bool is_master(const Reply& role) {
    return role.type == Reply::Type::array && !role.elements.empty() &&
           role.elements[0].type == Reply::Type::string && role.elements[0].text == "master";
}

std::string printable(std::string_view text) {
    std::string line(text.substr(0, kMaxText));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; },
        '?');
    return line;
}

}  // namespace redis
