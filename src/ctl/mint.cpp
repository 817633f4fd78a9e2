// "mint": a token as the module would issue it, without a record in any store.
#include "../session/mint.hpp"

#include <openssl/rand.h>

#include <array>
#include <ctime>
#include <iostream>

#include "../jwt/base64url.hpp"
#include "../jwt/document.hpp"
#include "../jwt/json_writer.hpp"
#include "../session/admin_route.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "realm.hpp"

namespace ctl {
namespace {

constexpr std::int64_t kLife = std::int64_t{15} * 60;  // seconds

std::string random_id() {
    std::array<unsigned char, 16> bytes = {};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("no random bytes");
    }
    return jwt::base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string name_of(const CommandLine& line, const char* option, const std::string& otherwise) {
    const auto given = line.value(option);
    if (given && !session::is_admin_name(*given)) {
        throw usage("--" + std::string(option) + ": \"" + *given + "\" " + session::kNameRule);
    }
    return given.value_or(otherwise);
}

std::string read_claims(const CommandLine& line) {
    const auto path = line.value("payload");
    if (!path) {
        return {};
    }
    std::string text = read_whole(*path);
    if (!jwt::Document::parse(text)) {
        throw usage("\"" + *path + "\" is no JSON object whose members each stand there once");
    }
    return text;
}

session::NewToken read_token(const CommandLine& line) {
    line.required("user");
    session::NewToken token;
    token.user = name_of(line, "user", "");
    token.session = name_of(line, "session", random_id());
    token.id = name_of(line, "id", random_id());
    token.tenant = name_of(line, "tenant", "");
    token.claims = read_claims(line);
    token.issued = std::time(nullptr);
    token.expires = token.issued + line.span("lifetime").value_or(kLife);
    return token;
}

void show(const session::NewToken& token, const std::string& key, const std::string& text) {
    std::cout << jwt::JsonWriter()
                     .text("token", text)
                     .text("key", key)
                     .text("user", token.user)
                     .text("session", token.session)
                     .text("id", token.id)
                     .text_or_null("tenant", token.tenant)
                     .number("issued_at", token.issued)
                     .number("expires_at", token.expires)
                     .object()
              << '\n';
}

}  // namespace

int mint(const CommandLine& line) {
    const session::Policy policy = read_policy_with_keys(line);
    const session::NewToken token = read_token(line);
    const jwt::Key* key = policy.keyring.signing_key(token.issued);
    if (key == nullptr) {
        throw usage("the first key cannot sign: it is a public one, or its time is over");
    }
    const auto text = session::mint(policy, *key, token);
    if (!text || !session::is_valid(policy, *text, token.issued)) {
        throw Failure(kRefused, "such a token would not be valid: see its claims and lifetime");
    }
    if (line.has("json")) {
        show(token, key->id(), *text);
    } else {
        std::cout << *text << '\n';
    }
    return kDone;
}

}  // namespace ctl
