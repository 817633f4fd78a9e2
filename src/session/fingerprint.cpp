#include "fingerprint.hpp"

#include <string_view>
#include <vector>

#include "hash.hpp"

namespace session {
namespace {

// With its length, so that no two lists of texts look alike.
void add(std::string& all, std::string_view text) {
    all.append(std::to_string(text.size())).append(":").append(text);
}

}  // namespace

std::string fingerprint_of(const Policy& policy) {
    const jwt::Rules& rules = policy.rules;
    const jwt::ClaimNames& names = rules.names;
    std::string all;
    add(all, policy.realm);
    add(all, policy.store_prefix);
    const bool lists = policy.asks_lists() && policy.revocation == Revocation::cached;
    add(all, lists ? "lists" : "");
    for (const std::string& text :
         {rules.issuer, names.subject, names.id, names.session, names.tenant, names.version}) {
        add(all, text);
    }
    add(all, std::to_string(rules.leeway));
    add(all, rules.max_age ? std::to_string(*rules.max_age) : "");
    add(all, std::to_string(rules.audience.size()));
    for (const std::string& text : rules.audience) {
        add(all, text);
    }
    add(all, rules.required ? std::to_string(rules.required->size()) : "");
    for (const std::string& text : rules.required.value_or(std::vector<std::string>())) {
        add(all, text);
    }
    for (const jwt::Key& key : policy.keyring.keys()) {
        const std::string own = key.fingerprint();
        if (own.empty()) {
            return {};
        }
        add(all, own);
    }
    return hash_of(all);
}

std::string fingerprint_of(const TokenSource& source, std::string_view realm) {
    if (!source.encrypted() || realm.empty()) {
        return {};
    }
    std::string all;
    add(all, realm);
    for (const jwt::DerivedKey& key : source.keys) {
        add(all, key.thumbprint);
    }
    return hash_of(all);
}

}  // namespace session
