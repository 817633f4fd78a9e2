#include "../../src/session/opaque_id.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <variant>

#include "realm.hpp"

using jwt::Refusal;
using session::OpaqueId;
using session::TokenSource;
using Signed = session::TokenSource::Signed;

namespace {

constexpr const char* kId = "Zm9vYmFyYmF6cXV4MTIzNDU2";
// By cookie-signature 1.2.2 as express-session encodes it, and by @remix-run/node 2.17.2, of
// realm::kSecret.
const std::string kExpress =
    "s%3AZm9vYmFyYmF6cXV4MTIzNDU2.VUjAvM1uwUkJspSOWpPANKnJJAHqhStqlaNg60rw1EU";
const std::string kRemix =
    "IlptOXZZbUZ5WW1GNmNYVjRNVEl6TkRVMiI%3D.kms84kRd52IXlwMNr46dOXA4%2BSH6PVwPR9WKXhtRP68";
// The same of an id with what base64 and percent signs are about.
const std::string kOddId = "a~b*c!d(e)f'g/h+i=j";
const std::string kOddExpress =
    "s%3Aa~b*c!d(e)f'g%2Fh%2Bi%3Dj.R%2F%2Fxvt3sfPbfUs%2FA7Na1Yi5L5%2B8VxIefAhvAeypUIEA";
const std::string kOddRemix =
    "ImF+YipjIWQoZSlmJ2cvaCtpPWoi.HG5aFt65lfbUnEfx1fpGIwF28TPqIjbS4bHXZtjpQ3w";

jwt::Key key(const std::string& id, const std::string& secret, const std::string& algorithm = "",
             std::optional<std::int64_t> until = std::nullopt) {
    jwt::KeyOptions options;
    options.id = id;
    options.algorithm = algorithm;
    options.until = until;
    return mint::read_key(options, secret);
}

std::string said(const jwt::Result<OpaqueId>& read) {
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        return *refusal == Refusal::malformed   ? "malformed"
               : *refusal == Refusal::signature ? "signature"
               : *refusal == Refusal::key       ? "key"
                                                : "another";
    }
    const auto& id = std::get<OpaqueId>(read);
    return id.id + (id.key == nullptr ? "" : " by " + id.key->id());
}

std::string read(Signed signed_by, std::string_view value,
                 const jwt::Keyring& keyring = realm::one_key()) {
    return said(session::read_opaque_id(signed_by, value, keyring, realm::kNow));
}

}  // namespace

TEST_CASE("opaque id: what nobody has signed is taken as it is") {
    CHECK(read(Signed::no, kId) == kId);
    CHECK(read(Signed::no, "0123456789abcdef") == "0123456789abcdef");
    CHECK(read(Signed::no, "percent%20stays%2B") == "percent%20stays%2B");
    CHECK(read(Signed::no, std::string(512, 'x')) == std::string(512, 'x'));
    for (const std::string& text :
         {std::string(), std::string("fifteen-bytes--"), std::string(513, 'x'),
          std::string("with a blank in it"), std::string("0123456789abcdef\n"),
          std::string("0123456789abcdef\x7f"), std::string("0123456789abcde\xc3\xa9"),
          std::string("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl")}) {
        CAPTURE(text);
        CHECK(read(Signed::no, text) == "malformed");
    }
    CHECK(read(Signed::no, "user.1.0123456789") == "user.1.0123456789");
}

TEST_CASE("opaque id: the cookies of Express and Remix are read and written alike") {
    CHECK(read(Signed::express, kExpress) == std::string(kId) + " by v1");
    CHECK(read(Signed::remix, kRemix) == std::string(kId) + " by v1");
    CHECK(read(Signed::express, kOddExpress) == kOddId + " by v1");
    CHECK(read(Signed::remix, kOddRemix) == kOddId + " by v1");
    const jwt::Key own = key("v1", realm::kSecret);
    CHECK(session::write_opaque_id(Signed::express, kId, &own) == kExpress);
    CHECK(session::write_opaque_id(Signed::remix, kId, &own) == kRemix);
    CHECK(session::write_opaque_id(Signed::no, kId, &own) == kId);
    CHECK(session::write_opaque_id(Signed::no, kId, nullptr) == kId);
    for (const Signed signed_by : {Signed::express, Signed::remix}) {
        CHECK_FALSE(session::write_opaque_id(signed_by, kId, nullptr));
        const auto odd = session::write_opaque_id(signed_by, kOddId, &own);
        REQUIRE(odd);
        CHECK(read(signed_by, *odd) == kOddId + " by v1");
    }
}

TEST_CASE("opaque id: a changed byte is a bad signature, another form is none") {
    for (std::size_t i = 3; i < kExpress.size(); ++i) {
        std::string changed = kExpress;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        const std::string result = read(Signed::express, changed);
        CHECK((result == "signature" || result == "malformed"));
    }
    CHECK(read(Signed::express, kRemix) == "malformed");
    CHECK(read(Signed::express, "s%3A") == "malformed");
    CHECK(read(Signed::express, "s%3A.") == "signature");
    CHECK(read(Signed::express, "s%3Aid") == "malformed");
    CHECK(read(Signed::express, kExpress + "%") == "malformed");
    CHECK(read(Signed::express, kExpress + "=") == "signature");
    CHECK(read(Signed::express, std::string(9000, 'x')) == "malformed");
    CHECK(read(Signed::remix, kExpress) == "signature");
    CHECK(read(Signed::remix, kId) == "malformed");
}

TEST_CASE("opaque id: what is signed must still be an id") {
    const jwt::Key own = key("v1", realm::kSecret);
    const auto write = [&own](Signed signed_by, const std::string& id) {
        return session::write_opaque_id(signed_by, id, &own).value_or("");
    };
    for (const Signed signed_by : {Signed::express, Signed::remix}) {
        CHECK(read(signed_by, write(signed_by, "short")) == "short by v1");
        CHECK(read(signed_by, write(signed_by, "")) == "malformed");
        CHECK(read(signed_by, write(signed_by, "a b")) == "malformed");
        CHECK(read(signed_by, write(signed_by, std::string(513, 'x'))) == "malformed");
    }
    CHECK(read(Signed::remix, write(Signed::remix, R"(a"b)")) == "malformed");
    CHECK(read(Signed::remix, write(Signed::remix, R"(a\b)")) == "malformed");
}

TEST_CASE("opaque id: every HMAC key verifies, whatever its algorithm; others never do") {
    jwt::Keyring keyring;
    keyring.add(mint::read_key({}, mint::private_pem(mint::rsa_key().get())));
    CHECK(read(Signed::express, kExpress, keyring) == "signature");
    CHECK(session::id_key(keyring, realm::kNow) == nullptr);
    keyring.add(key("v2", "another secret of thirty-two bytes"));
    keyring.add(key("v1", realm::kSecret, "HS512"));
    CHECK(read(Signed::express, kExpress, keyring) == std::string(kId) + " by v1");
    const jwt::Key* signer = session::id_key(keyring, realm::kNow);
    REQUIRE(signer != nullptr);
    CHECK(signer->id() == "v2");
}

TEST_CASE("opaque id: a key that has ended is told from a bad signature") {
    jwt::Keyring keyring;
    keyring.add(key("old", realm::kSecret, "", realm::kNow - 1));
    CHECK(read(Signed::express, kExpress, keyring) == "key");
    CHECK(session::id_key(keyring, realm::kNow) == nullptr);
    keyring.add(key("v1", realm::kSecret));
    CHECK(read(Signed::express, kExpress, keyring) == std::string(kId) + " by v1");
}

TEST_CASE("opaque id: a realm issues what its own cookie is read as first") {
    session::Policy policy;
    TokenSource ids;
    ids.kind = TokenSource::Kind::cookie;
    ids.name = "sid";
    ids.format = TokenSource::Format::opaque;
    policy.sources = {ids};
    CHECK(policy.has_opaque());
    CHECK_FALSE(policy.issues_opaque());
    CHECK_FALSE(session::can_issue(policy));
    policy.cookie.emplace();
    policy.cookie->name = "sid";
    CHECK(policy.issues_opaque());
    CHECK(session::can_issue(policy));
    policy.sources[0].signed_by = Signed::remix;
    CHECK_FALSE(session::can_issue(policy));
    policy.keyring = realm::one_key();
    CHECK(session::can_issue(policy));
    TokenSource tokens = ids;
    tokens.format = TokenSource::Format::jwt;
    policy.sources.insert(policy.sources.begin(), tokens);
    CHECK_FALSE(policy.issues_opaque());
}
