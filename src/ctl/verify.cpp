// "verify": the reason of each token, as the module would find it without its store.
#include <ctime>
#include <iostream>
#include <string>

#include "../jwt/json_writer.hpp"
#include "../session/evidence.hpp"
#include "../session/reason.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "source.hpp"
#include "tokens.hpp"

namespace ctl {
namespace {

using session::Reason;

// Of an id that is well signed there is no more to say without the store.
Reason reason_of(const session::Candidate& candidate) {
    if (candidate.presented.token.empty()) {
        return Reason::missing;
    }
    return candidate.search ? Reason::valid : candidate.reason;
}

void number_or_null(jwt::JsonWriter& json, const char* name, std::int64_t number) {
    number == 0 ? json.raw(name, "null") : json.number(name, number);
}

std::string verdict_json(const session::Candidate& candidate) {
    const session::Session session = candidate.session.value_or(session::Session());
    const jwt::Key* key = candidate.verification.key;
    const Reason reason = reason_of(candidate);
    jwt::JsonWriter json;
    json.flag("valid", reason == Reason::valid)
        .text("reason", session::name(reason))
        .text_or_null("key", key == nullptr ? "" : key->id())
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
    const session::TokenSource source = read_source(line, policy);
    return for_each_token(line, [&](std::string_view token) {
        const session::Candidate candidate =
            session::judge_token(policy, {&source, token}, true, nullptr, std::time(nullptr));
        const Reason reason = reason_of(candidate);
        std::cout << (line.has("json") ? verdict_json(candidate)
                                       : std::string(session::name(reason)))
                  << '\n';
        return reason == Reason::valid ? kDone : kRefused;
    });
}

}  // namespace ctl
