// "verify": the reason of each token, as the module would find it without its store.
#include <ctime>
#include <iostream>
#include <string>

#include "../jwt/json_writer.hpp"
#include "../session/reason.hpp"
#include "../session/session.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "tokens.hpp"

namespace ctl {
namespace {

using session::Reason;

Reason reason_of(std::string_view token, const jwt::Verification& verification) {
    if (token.empty()) {
        return Reason::missing;
    }
    return verification.refusal ? session::reason_of(*verification.refusal) : Reason::valid;
}

void number_or_null(jwt::JsonWriter& json, const char* name, std::int64_t number) {
    number == 0 ? json.raw(name, "null") : json.number(name, number);
}

// Names that are malformed are nobody's.
std::string verdict_json(std::string_view token, Reason reason,
                         const jwt::Verification& verification, const jwt::ClaimNames& names) {
    session::Session session;
    if (verification.claims && reason != Reason::malformed) {
        session = session::read_session(token, verification, names);
    }
    jwt::JsonWriter json;
    json.flag("valid", reason == Reason::valid)
        .text("reason", session::name(reason))
        .text_or_null("key", verification.key == nullptr ? "" : verification.key->id())
        .text_or_null("user", session.user)
        .text_or_null("id", session.id)
        .text_or_null("tenant", session.tenant)
        .text_or_null("version", session.version);
    number_or_null(json, "issued_at", session.issued);
    number_or_null(json, "expires_at", session.expires);
    return json.object();
}

}  // namespace

int verify(const CommandLine& line) {
    const session::Policy policy = read_policy_with_keys(line);
    return for_each_token(line, [&](std::string_view token) {
        const auto verification =
            jwt::verify(token, policy.keyring, policy.rules, std::time(nullptr));
        const Reason reason = reason_of(token, verification);
        if (line.has("json")) {
            std::cout << verdict_json(token, reason, verification, policy.rules.names) << '\n';
        } else {
            std::cout << session::name(reason) << '\n';
        }
        return reason == Reason::valid ? kDone : kRefused;
    });
}

}  // namespace ctl
