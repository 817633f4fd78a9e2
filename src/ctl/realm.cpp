#include "realm.hpp"

#include <algorithm>
#include <iostream>
#include <utility>
#include <variant>

#include "../jwt/key_set.hpp"
#include "../jwt/token.hpp"
#include "../session/ascii.hpp"
#include "../session/rfc3339.hpp"
#include "failure.hpp"
#include "files.hpp"

namespace ctl {

const std::vector<Option> kKeyOptions = {{"key", true, true}, {"key-set", true, true}};
const std::vector<Option> kRuleOptions = {
    {"issuer"}, {"audience", true, true}, {"leeway"}, {"max-age"}, {"require-claims"}, {"claims"},
};
const std::vector<Option> kStoreOptions = {
    {"redis-prefix"}, {"absolute-timeout"}, {"idle-timeout"}};

namespace {

constexpr std::int64_t kAbsolute = std::int64_t{30} * 24 * 3600;  // as the directive's default

void warn(const std::string& text) {
    std::cerr << "session-ctl: warning: " << text << '\n';
}

jwt::Encoding read_encoding(std::string_view word) {
    using jwt::Encoding;
    for (const Encoding encoding :
         {Encoding::raw, Encoding::hex, Encoding::base64, Encoding::base64url}) {
        if (jwt::name(encoding) == word) {
            return encoding;
        }
    }
    throw usage("\"encoding\" is raw, hex, base64 or base64url, not \"" + std::string(word) + "\"");
}

void read_parameter(std::string_view text, jwt::KeyOptions& key) {
    const std::string_view name = session::cut(text, '=');
    if (name == "encoding") {
        key.encoding = read_encoding(text);
    } else if (name == "until") {
        key.until = session::parse_rfc3339(text);
        if (!key.until) {
            throw usage("\"until\" is a time such as 2027-01-31T00:00:00Z, not \"" +
                        std::string(text) + "\"");
        }
    } else if (jwt::find_algorithm(text) == nullptr) {
        throw usage("no such algorithm: \"" + std::string(text) + "\"");
    } else {
        key.algorithm = text;
    }
}

bool is_parameter(std::string_view text) {
    const std::string_view name = session::cut(text, '=');
    return name == "alg" || name == "encoding" || name == "until";
}

// Cuts ",alg=…" and its like off the end: a path may have a comma of its own.
void cut_parameters(std::string_view& text, jwt::KeyOptions& key) {
    for (std::size_t comma = text.rfind(',');
         comma != std::string_view::npos && is_parameter(text.substr(comma + 1));
         comma = text.rfind(',')) {
        read_parameter(text.substr(comma + 1), key);
        text = text.substr(0, comma);
    }
}

// "v2=/path" and "/path/v2.key" are both the key "v2".
std::string_view cut_id(std::string_view& text) {
    const std::size_t sign = text.find('=');
    if (sign != std::string_view::npos && text.find('/') > sign) {
        return session::cut(text, '=');
    }
    const std::string_view file = text.substr(text.rfind('/') + 1);
    return file.substr(0, file.rfind('.'));
}

void add_key(jwt::Keyring& keyring, std::string_view text) {
    jwt::KeyOptions key;
    cut_parameters(text, key);
    key.id = cut_id(text);
    if (!jwt::is_name(key.id)) {
        throw usage("the ID of a key is 1 to 255 printable bytes: --key ID=" + std::string(text));
    }
    if (keyring.find(key.id) != nullptr) {
        throw usage("two keys \"" + key.id + "\": give each an ID of its own, --key ID=FILE");
    }
    const std::string label = "key \"" + key.id + "\": \"" + std::string(text) + "\": ";
    std::vector<std::string> warnings;
    auto read = jwt::Key::read(key, read_whole(std::string(text)), warnings);
    for (const std::string& warning : warnings) {
        warn(label + warning);
    }
    if (const auto* error = std::get_if<std::string>(&read)) {
        throw usage(label + *error);
    }
    keyring.add(std::get<jwt::Key>(std::move(read)));
}

void add_key_set(jwt::Keyring& keyring, const std::string& path) {
    auto read = jwt::parse_key_set(read_whole(path));
    if (const auto* error = std::get_if<std::string>(&read)) {
        throw usage("key set \"" + path + "\": " + *error);
    }
    auto& set = std::get<jwt::KeySet>(read);
    for (const std::string& warning : set.warnings) {
        warn("key set \"" + path + "\": " + warning);
    }
    for (jwt::Key& key : set.keys) {
        keyring.add(std::move(key));
    }
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        words.emplace_back(session::cut(text, ','));
    }
    return words;
}

void read_names(std::string_view text, jwt::ClaimNames& names) {
    const std::pair<std::string_view, std::string*> parts[] = {
        {"subject", &names.subject}, {"id", &names.id},           {"session", &names.session},
        {"tenant", &names.tenant},   {"version", &names.version},
    };
    for (const std::string& word : split(text)) {
        std::string_view claim = word;
        const std::string_view part = session::cut(claim, '=');
        const auto known = std::find_if(std::begin(parts), std::end(parts),
                                        [part](const auto& row) { return row.first == part; });
        if (known == std::end(parts) || claim.empty()) {
            throw usage("--claims takes subject=, id=, session=, tenant=, version=, not \"" + word +
                        "\"");
        }
        *known->second = claim;
    }
}

jwt::Rules read_rules(const CommandLine& line) {
    jwt::Rules rules;
    rules.issuer = line.value_or("issuer", "");
    rules.audience = line.all("audience");
    rules.leeway = line.span("leeway").value_or(0);
    rules.max_age = line.span("max-age");
    if (const auto names = line.value("require-claims")) {
        rules.required = split(*names);
    }
    read_names(line.value_or("claims", ""), rules.names);
    return rules;
}

}  // namespace

session::Policy read_policy(const CommandLine& line) {
    session::Policy policy;
    for (const std::string& key : line.all("key")) {
        add_key(policy.keyring, key);
    }
    for (const std::string& set : line.all("key-set")) {
        add_key_set(policy.keyring, set);
    }
    policy.rules = read_rules(line);
    policy.store_prefix = line.value_or("redis-prefix", policy.store_prefix);
    policy.lifetimes.absolute = line.span("absolute-timeout").value_or(kAbsolute);
    policy.lifetimes.idle = line.span("idle-timeout");
    return policy;
}

session::Policy read_policy_with_keys(const CommandLine& line) {
    session::Policy policy = read_policy(line);
    if (policy.keyring.empty()) {
        throw usage("a key is missing: --key [ID=]FILE or --key-set FILE");
    }
    return policy;
}

}  // namespace ctl
