// "inspect": what a token says, whether it is to be believed or not.
#include <array>
#include <ctime>
#include <iostream>
#include <string>

#include "../jwt/json_writer.hpp"
#include "../jwt/token.hpp"
#include "../session/reason.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "tokens.hpp"

namespace ctl {
namespace {

std::string utc(std::int64_t time) {
    const auto seconds = static_cast<std::time_t>(time);
    std::tm parts = {};
    std::array<char, 40> text = {};
    if (gmtime_r(&seconds, &parts) == nullptr ||
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        return "no time";
    }
    return text.data();
}

// What "verify" says.
std::string verdict_of(std::string_view token, const session::Policy& policy) {
    const auto verification = jwt::verify(token, policy.keyring, policy.rules, std::time(nullptr));
    return std::string(
        verification.refusal ? session::name(session::reason_of(*verification.refusal)) : "valid");
}

int show_json(const jwt::Token* token, const std::string& reason) {
    std::cout << jwt::JsonWriter()
                     .raw("header", token == nullptr ? "null" : token->header.json())
                     .raw("claims", token == nullptr ? "null" : token->claims.json())
                     .text_or_null("reason", reason)
                     .object()
              << '\n';
    return token == nullptr ? kRefused : kDone;
}

int show_text(const jwt::Token* token, const std::string& reason) {
    if (token == nullptr) {
        std::cout << "malformed\n";
        return kRefused;
    }
    std::cout << "header   " << token->header.json() << "\nclaims   " << token->claims.json()
              << '\n';
    for (const auto& [label, name] : {std::pair("issued   ", "iat"), std::pair("from     ", "nbf"),
                                      std::pair("expires  ", "exp")}) {
        if (const auto time = token->claims.integer(name)) {
            std::cout << label << utc(*time) << '\n';
        }
    }
    std::cout << "verdict  " << (reason.empty() ? "none, for want of a --key" : reason) << '\n';
    return kDone;
}

}  // namespace

int inspect(const CommandLine& line) {
    const session::Policy policy = read_policy(line);
    return for_each_token(line, [&](std::string_view text) {
        const auto read = jwt::parse_token(text);
        const auto* token = std::get_if<jwt::Token>(&read);
        const std::string reason = token == nullptr         ? "malformed"
                                   : policy.keyring.empty() ? ""
                                                            : verdict_of(text, policy);
        return line.has("json") ? show_json(token, reason) : show_text(token, reason);
    });
}

}  // namespace ctl
