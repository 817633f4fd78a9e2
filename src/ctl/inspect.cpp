// "inspect": what a token says, whether it is to be believed or not.
#include <array>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "../jwt/json_writer.hpp"
#include "../jwt/token.hpp"
#include "../session/evidence.hpp"
#include "../session/reason.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "source.hpp"
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

// What the token says, where it can be read, and what "verify" says of it.
struct Contents {
    std::optional<jwt::Claims> header;
    std::optional<jwt::Claims> claims;
    std::string reason;  // empty: for want of a key
};

std::string verdict_of(const session::Candidate& candidate) {
    return std::string(session::name(candidate.reason));
}

Contents read_signed(std::string_view text, const session::TokenSource& source,
                     const session::Policy& policy) {
    Contents contents;
    auto read = jwt::parse_token(text);
    auto* token = std::get_if<jwt::Token>(&read);
    if (token == nullptr) {
        contents.reason = "malformed";
        return contents;
    }
    contents.header = std::move(token->header);
    contents.claims = std::move(token->claims);
    if (!policy.keyring.empty()) {
        contents.reason = verdict_of(
            session::judge_token(policy, {&source, text}, true, nullptr, std::time(nullptr)));
    }
    return contents;
}

// Only a key of it can open it.
Contents read_encrypted(std::string_view text, const session::TokenSource& source,
                        const session::Policy& policy) {
    auto candidate =
        session::judge_token(policy, {&source, text}, true, nullptr, std::time(nullptr));
    return {std::move(candidate.verification.header), std::move(candidate.verification.claims),
            verdict_of(candidate)};
}

int show_json(const Contents& contents) {
    const auto json = [](const std::optional<jwt::Claims>& claims) {
        return claims ? std::string(claims->json()) : "null";
    };
    std::cout << jwt::JsonWriter()
                     .raw("header", json(contents.header))
                     .raw("claims", json(contents.claims))
                     .text_or_null("reason", contents.reason)
                     .object()
              << '\n';
    return contents.claims ? kDone : kRefused;
}

int show_text(const Contents& contents) {
    if (!contents.claims) {
        std::cout << contents.reason << '\n';
        return kRefused;
    }
    std::cout << "header   " << contents.header->json() << "\nclaims   " << contents.claims->json()
              << '\n';
    for (const auto& [label, name] : {std::pair("issued   ", "iat"), std::pair("from     ", "nbf"),
                                      std::pair("expires  ", "exp")}) {
        if (const auto time = contents.claims->integer(name)) {
            std::cout << label << utc(*time) << '\n';
        }
    }
    std::cout << "verdict  "
              << (contents.reason.empty() ? "none, for want of a --key" : contents.reason) << '\n';
    return kDone;
}

}  // namespace

int inspect(const CommandLine& line) {
    const session::Policy policy = read_policy(line);
    const session::TokenSource source = read_source(line, policy);
    if (source.format == session::TokenSource::Format::opaque) {
        throw usage("an opaque id says nothing by itself: there is \"verify\"");
    }
    return for_each_token(line, [&](std::string_view text) {
        const Contents contents = source.encrypted() ? read_encrypted(text, source, policy)
                                                     : read_signed(text, source, policy);
        return line.has("json") ? show_json(contents) : show_text(contents);
    });
}

}  // namespace ctl
