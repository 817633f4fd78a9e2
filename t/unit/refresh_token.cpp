#include "../../src/session/refresh_token.hpp"

#include <doctest/doctest.h>

#include <openssl/err.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mint.hpp"

using jwt::Key;
using jwt::Keyring;
using session::read_refresh_token;
using session::RefreshToken;

namespace {

constexpr std::int64_t kNow = 1700000000;

Key key(const std::string& id, const std::string& secret,
        std::optional<std::int64_t> until = std::nullopt) {
    jwt::KeyOptions options;
    options.id = id;
    options.until = until;
    return mint::read_key(options, secret);
}

const std::string kSecret = "0123456789abcdef0123456789abcdef";
const std::string kOther = "another secret of thirty-two bytes";

Keyring ring(std::vector<Key> keys) {
    Keyring keyring;
    for (Key& key : keys) {
        keyring.add(std::move(key));
    }
    return keyring;
}

Keyring two_keys() {
    return ring({key("v2", kSecret), key("v1", kOther)});
}

RefreshToken first(const std::string& user = "42", const std::string& session = "s1",
                   const Key& by = key("v2", kSecret)) {
    const auto token =
        session::first_refresh_token(by, user, session, kNow + 60, kNow + 600, "bm9uY2U");
    REQUIRE(token.has_value());
    return *token;
}

std::vector<std::string> fields_of(const std::string& text) {
    std::vector<std::string> fields(1);
    for (const char c : text) {
        if (c == '.') {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

std::string join(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) {
        text += (text.empty() ? "" : ".") + field;
    }
    return text;
}

bool is_read(const std::string& text, const Keyring& keyring = two_keys()) {
    const auto read = read_refresh_token(text, keyring, kNow);
    CHECK(ERR_peek_error() == 0);
    return read.token.has_value();
}

bool knows_key(const std::string& text, const Keyring& keyring = two_keys()) {
    return read_refresh_token(text, keyring, kNow).known_key;
}

}  // namespace

TEST_CASE("refresh_token: what was sealed is read, with any bytes in its names") {
    for (const std::string& user :
         {std::string("42"), std::string("a.b; c=\"d\",\xc3\xa9"), std::string(255, 'u')}) {
        const RefreshToken token = first(user, "s.1/" + user.substr(0, 200));
        CHECK(token.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789-_.") == std::string::npos);
        const auto read = read_refresh_token(token.text, two_keys(), kNow);
        REQUIRE(read.token.has_value());
        CHECK(read.known_key);
        CHECK(read.token->text == token.text);
        CHECK(read.token->user == user);
        CHECK(read.token->session == token.session);
        CHECK(read.token->expires == kNow + 60);
        CHECK(read.token->end == kNow + 600);
    }
}

TEST_CASE("refresh_token: every key of the ring reads its own") {
    CHECK(is_read(first("42", "s1", key("v1", kOther)).text));
    const jwt::Pkey ed25519 = mint::key_of("ED25519");
    jwt::KeyOptions options;
    options.id = "v3";
    const Key signing = mint::read_key(options, mint::private_pem(ed25519.get()));
    const std::string text = first("42", "s1", signing).text;
    CHECK(is_read(text, ring({signing})));
    const Keyring verifying = ring({mint::read_key(options, mint::public_pem(ed25519.get()))});
    CHECK_FALSE(is_read(text, verifying));
    CHECK_FALSE(knows_key(text, verifying));
}

TEST_CASE("refresh_token: none is tampered with, in whatever field") {
    const std::vector<std::string> good = fields_of(first().text);
    const std::vector<std::string> other = fields_of(first("43", "s2", key("v1", kOther)).text);
    REQUIRE(good.size() == 7);
    for (std::size_t i = 0; i < good.size(); ++i) {
        CAPTURE(i);
        for (const std::string& value :
             {other[i], std::string(), good[i] + "A", "A" + good[i], good[i] + "=", good[i] + ".",
              std::string("1800000000"), good[i].substr(1)}) {
            if (value != good[i]) {
                auto fields = good;
                fields[i] = value;
                CHECK_FALSE(is_read(join(fields)));
            }
        }
    }
}

TEST_CASE("refresh_token: no byte can be another, left out or added") {
    const std::string good = first().text;
    for (std::size_t i = 0; i < good.size(); ++i) {
        CAPTURE(i);
        std::string changed = good;
        changed[i] = good[i] == 'B' ? 'C' : 'B';
        CHECK_FALSE(is_read(changed));
        CHECK_FALSE(is_read(good.substr(0, i)));
        CHECK_FALSE(is_read(good.substr(0, i) + good.substr(i + 1)));
        CHECK_FALSE(is_read(good.substr(0, i) + '\0' + good.substr(i)));
    }
    CHECK_FALSE(is_read(good + " "));
    CHECK_FALSE(is_read("\"" + good + "\""));
}

TEST_CASE("refresh_token: invented ones, and seals that anybody could make") {
    for (const char* text : {"", ".", "......", "djI......", "djI.NDI.czE.1.2.x.",
                             "djI.NDI.czE.1.2.x.AAAA", "\xff", "djI"}) {
        CAPTURE(text);
        CHECK_FALSE(is_read(text));
    }
    const std::string good = first().text;
    const std::string sealed = good.substr(0, good.rfind('.'));
    CHECK_FALSE(is_read(mint::join(sealed, mint::hmac(EVP_sha256(), "", sealed))));
    // Not even with the secret itself, which signs access tokens.
    CHECK_FALSE(is_read(mint::join(sealed, mint::hmac(EVP_sha256(), kSecret, sealed))));
    CHECK_FALSE(is_read(mint::join(sealed, *key("v2", kOther).seal(sealed))));
    CHECK(is_read(mint::join(sealed, *key("v2", kSecret).seal(sealed))));
}

TEST_CASE("refresh_token: a key that is not known is told apart from a forged seal") {
    const std::string text = first("42", "s1", key("v9", kSecret)).text;
    CHECK_FALSE(is_read(text));
    CHECK_FALSE(knows_key(text));
    const std::string renamed = first("42", "s1", key("v1", kSecret)).text;
    CHECK_FALSE(is_read(renamed));
    CHECK(knows_key(renamed));
    CHECK(knows_key("garbage"));
    CHECK(knows_key(""));
}

TEST_CASE("refresh_token: a key whose time has ended reads nothing") {
    const std::string text = first().text;
    CHECK(is_read(text, ring({key("v2", kSecret, kNow)})));
    const Keyring ended = ring({key("v2", kSecret, kNow - 1)});
    CHECK_FALSE(is_read(text, ended));
    CHECK_FALSE(knows_key(text, ended));
}

TEST_CASE("refresh_token: too long ones are not looked at, names that are empty not taken") {
    CHECK_FALSE(is_read(first(std::string(4000, 'u')).text));
    CHECK_FALSE(is_read(first("", "s1").text));
    CHECK_FALSE(is_read(first("42", "").text));
    CHECK_FALSE(is_read(std::string(1000000, '.')));
}

TEST_CASE("refresh_token: whoever has the key comes to the same successor") {
    const RefreshToken old = first();
    const auto next = session::next_refresh_token(key("v2", kSecret), old, kNow + 70);
    const auto again = session::next_refresh_token(
        key("v2", kSecret), *read_refresh_token(old.text, two_keys(), kNow).token, kNow + 70);
    REQUIRE(next.has_value());
    REQUIRE(again.has_value());
    CHECK(next->text == again->text);
    const auto read = read_refresh_token(next->text, two_keys(), kNow);
    REQUIRE(read.token.has_value());
    CHECK(read.token->user == old.user);
    CHECK(read.token->session == old.session);
    CHECK(read.token->end == old.end);
    CHECK(read.token->expires == kNow + 70);
}

TEST_CASE("refresh_token: nobody else comes to the successor") {
    const RefreshToken old = first();
    const std::string next = session::next_refresh_token(key("v2", kSecret), old, kNow + 70)->text;
    CHECK(next != old.text);
    const auto nonce = [](const std::string& text) { return fields_of(text)[5]; };
    CHECK(nonce(next) != nonce(old.text));
    // Of another key, and of another token of the same session.
    CHECK(nonce(session::next_refresh_token(key("v2", kOther), old, kNow + 70)->text) !=
          nonce(next));
    const auto sibling = session::first_refresh_token(key("v2", kSecret), "42", "s1", kNow + 60,
                                                      kNow + 600, "b3RoZXI");
    CHECK(nonce(session::next_refresh_token(key("v2", kSecret), *sibling, kNow + 70)->text) !=
          nonce(next));
    const auto third = session::next_refresh_token(
        key("v2", kSecret), *read_refresh_token(next, two_keys(), kNow).token, kNow + 70);
    CHECK(nonce(third->text) != nonce(next));
}

TEST_CASE("refresh_token: a key that only verifies makes none") {
    const auto verifying = std::get<Key>(Key::from_secret({"v2", "HS256", false, {}, {}}, kSecret));
    CHECK_FALSE(session::first_refresh_token(verifying, "42", "s1", kNow, kNow, "x"));
    CHECK_FALSE(session::next_refresh_token(verifying, first(), kNow));
}
