#include "source_keys.hpp"

#include <iterator>
#include <string>
#include <utility>

namespace session {
namespace {

using Keys = std::vector<jwt::DerivedKey>;

constexpr const char* kAuthjsCookies[] = {"authjs.session-token", "__Secure-authjs.session-token"};

// Auth.js makes its key for a cookie of one name. A token that comes otherwise was made for one of
// the realm's such cookies, or for one of the names that the library itself chooses.
std::vector<std::string> cookies_of(const Policy& policy, const TokenSource& own) {
    if (own.kind == TokenSource::Kind::cookie) {
        return {own.name};
    }
    std::vector<std::string> names;
    for (const TokenSource& source : policy.sources) {
        if (source.kind == TokenSource::Kind::cookie &&
            source.format == TokenSource::Format::authjs) {
            names.push_back(source.name);
        }
    }
    if (names.empty()) {
        names.assign(std::begin(kAuthjsCookies), std::end(kAuthjsCookies));
    }
    return names;
}

bool add(std::optional<jwt::DerivedKey> derived, Keys& keys) {
    if (derived) {
        keys.push_back(std::move(*derived));
    }
    return derived.has_value();
}

}  // namespace

std::optional<Keys> derive_keys(const Policy& policy, const TokenSource& source) {
    const bool nextauth = source.format == TokenSource::Format::nextauth;
    const auto names = nextauth ? std::vector<std::string>() : cookies_of(policy, source);
    const std::vector<jwt::Key>& own = policy.keyring.keys();
    Keys keys;
    for (std::size_t place = 0; place < own.size(); ++place) {
        if (own[place].algorithm().type != jwt::KeyType::hmac) {
            continue;
        }
        bool derived = !nextauth || add(jwt::derive_nextauth(own[place], place), keys);
        for (const std::string& name : names) {
            derived = derived && add(jwt::derive_authjs(own[place], place, name), keys);
        }
        if (!derived) {
            return std::nullopt;
        }
    }
    return keys;
}

}  // namespace session
