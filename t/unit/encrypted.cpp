// The cookies of NextAuth and Auth.js: those that the libraries made, and those that somebody
// changed.
#include "../../src/jwt/encrypted.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "encrypted_vectors.hpp"
#include "mint.hpp"

using jwt::Refusal;
using jwt::Verification;
using vectors::Login;

namespace {

struct Realm {
    jwt::Keyring keyring;
    std::vector<jwt::DerivedKey> keys;
    jwt::Rules rules;

    explicit Realm(const Login& login) : login_(login) {}

    // The next key, as the login's library has it.
    Realm& add(const char* id, std::string_view secret,
               std::optional<std::int64_t> until = std::nullopt) {
        jwt::KeyOptions options;
        options.id = id;
        options.until = until;
        const std::size_t place = keyring.keys().size();
        keyring.add(mint::read_key(options, std::string(secret)));
        const jwt::Key& key = keyring.keys().back();
        auto derived = login_.authjs ? jwt::derive_authjs(key, place, login_.cookie)
                                     : jwt::derive_nextauth(key, place);
        REQUIRE(derived);
        keys.push_back(std::move(*derived));
        return *this;
    }

    Verification verify(std::string_view token, std::int64_t now) const {
        Verification verification = jwt::verify_encrypted(token, keys, keyring, rules, now);
        CHECK(ERR_peek_error() == 0);
        CHECK((verification.key != nullptr) == verification.claims.has_value());
        CHECK((verification.key != nullptr) == verification.header.has_value());
        return verification;
    }

private:
    const Login& login_;
};

Realm realm_of(const Login& login) {
    return std::move(Realm(login).add("v1", login.secret));
}

std::string token_of(const Login& login) {
    return std::string(login.values[0]) + std::string(login.values[1]);
}

Verification verify(const Login& login, std::string_view token) {
    return realm_of(login).verify(token, login.issued);
}

// Where a part begins.
std::size_t begin_of(const std::string& token, int part) {
    std::size_t begin = 0;
    for (; part > 0; --part) {
        begin = token.find('.', begin) + 1;
    }
    return begin;
}

}  // namespace

TEST_CASE("encrypted: what the libraries made") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const Realm realm = realm_of(login);
        const Verification good = realm.verify(token_of(login), login.issued);
        CHECK_FALSE(good.refusal);
        REQUIRE(good.claims);
        CHECK(good.key == &realm.keyring.keys().front());
        CHECK(good.claims->string("sub") == "42");
        CHECK(good.issued == login.issued);
        CHECK(good.expires == login.expires);
        CHECK(good.header->string("alg") == "dir");
        CHECK(realm.keys.front().thumbprint ==
              good.header->string("kid").value_or(realm.keys.front().thumbprint));
        CHECK(good.header->string("kid").value_or("") == login.thumbprint);
        CHECK(realm.verify(token_of(login), login.expires).refusal == Refusal::expired);
        CHECK(realm.verify(token_of(login), login.issued - 2).refusal == Refusal::early);
    }
}

TEST_CASE("encrypted: the rules of claims hold") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        Realm realm = realm_of(login);
        realm.rules.issuer = "somebody";
        const Verification refused = realm.verify(token_of(login), login.issued);
        CHECK(refused.refusal == Refusal::claims);
        CHECK(refused.key != nullptr);
        realm.rules = {};
        realm.rules.max_age = 60;
        CHECK(realm.verify(token_of(login), login.issued + 61).refusal == Refusal::expired);
    }
}

TEST_CASE("encrypted: the secret before and the one to come open too") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const std::string token = token_of(login);
        Realm realm(login);
        realm.add("v2", "another secret of more than 32 bytes").add("v1", login.secret);
        realm.add("v3", "a third secret of more than 32 bytes");
        CHECK(realm.verify(token, login.issued).key->id() == "v1");
    }
}

TEST_CASE("encrypted: another secret; its thumbprint tells") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const Realm other =
            std::move(Realm(login).add("v2", "another secret of more than 32 bytes"));
        CHECK(other.verify(token_of(login), login.issued).refusal ==
              (login.authjs ? Refusal::key : Refusal::signature));
    }
}

TEST_CASE("encrypted: a key whose time has ended") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const std::string token = token_of(login);
        Realm realm(login);
        realm.add("v2", "another secret of more than 32 bytes");
        realm.add("v1", login.secret, login.issued + 10);
        CHECK_FALSE(realm.verify(token, login.issued + 10).refusal);
        CHECK(realm.verify(token, login.issued + 11).refusal == Refusal::key);
    }
}

TEST_CASE("encrypted: Auth.js has a key for each cookie") {
    Login login = vectors::kLogins[3];
    REQUIRE(login.authjs);
    const std::string token = token_of(login);
    CHECK_FALSE(verify(login, token).refusal);
    login.cookie = "__Secure-authjs.session-token";
    CHECK(verify(login, token).refusal == Refusal::key);
}

TEST_CASE("encrypted: either library's for the other") {
    for (Login login : vectors::kLogins) {
        CAPTURE(login.origin);
        login.authjs = !login.authjs;
        CHECK(verify(login, token_of(login)).refusal == Refusal::algorithm);
    }
}

TEST_CASE("encrypted: any character of any part changed") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const std::string token = token_of(login);
        const Realm realm = realm_of(login);
        for (std::size_t i = 0; i<token.size(); i += token.size()> 1000 ? 7 : 1) {
            CAPTURE(i);
            std::string changed = token;
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            const auto refusal = realm.verify(changed, login.issued).refusal;
            REQUIRE(refusal);
            // What the tag covers, and the tag itself, are told apart by nobody. Only the last
            // character of a part may have become one that nobody writes.
            const bool whole = token[i] != '.' && i + 1 < token.size() && token[i + 1] != '.';
            if (whole && i > begin_of(token, 2)) {
                CHECK(*refusal == Refusal::signature);
            }
        }
    }
}

TEST_CASE("encrypted: cut off, and gone on with") {
    for (const Login& login : vectors::kLogins) {
        CAPTURE(login.origin);
        const std::string token = token_of(login);
        const Realm realm = realm_of(login);
        for (std::size_t i = 0; i<token.size(); i += token.size()> 1000 ? 5 : 1) {
            CHECK(realm.verify(std::string_view(token).substr(0, i), login.issued).refusal);
        }
        for (const char* more : {".", "A", ".e30", "=", " "}) {
            CHECK(realm.verify(token + more, login.issued).refusal == Refusal::malformed);
        }
    }
}

TEST_CASE("encrypted: the parts of one login in another") {
    for (const std::size_t first : {0U, 3U}) {
        const Login& login = vectors::kLogins[first];
        const std::string one = token_of(login);
        const std::string other = token_of(vectors::kLogins[first + 2]);
        for (int part = 2; part < 5; ++part) {
            CAPTURE(part);
            const std::size_t end = part == 4 ? one.size() : begin_of(one, part + 1) - 1;
            const std::size_t other_end = part == 4 ? other.size() : begin_of(other, part + 1) - 1;
            const std::size_t begin = begin_of(other, part);
            const std::string mixed = one.substr(0, begin_of(one, part)) +
                                      other.substr(begin, other_end - begin) + one.substr(end);
            CHECK(verify(login, mixed).refusal == Refusal::signature);
        }
    }
}
