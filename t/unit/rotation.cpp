#include "../../src/session/rotation.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "../../src/jwt/base64url.hpp"
#include "../../src/session/hash.hpp"
#include "../../src/session/scripts.hpp"
#include "mint.hpp"
#include "replies.hpp"

using jwt::Key;
using redis::Arguments;
using redis::Reply;
using replies::nil;
using replies::string;
using replies::words;
using session::Policy;
using session::Reason;
using session::RefreshToken;
using session::Rotated;
using session::Rotation;

namespace {

constexpr std::int64_t kNow = 1700000000;
constexpr std::int64_t kCreated = kNow - 1000;

Key key(const std::string& id) {
    jwt::KeyOptions options;
    options.id = id;
    return mint::read_key(options, id + " has a secret of its own, and a long one");
}

Policy policy_of(const std::vector<std::string>& keys = {"v2", "v1"}) {
    Policy policy;
    for (const std::string& id : keys) {
        policy.keyring.add(key(id));
    }
    policy.lifetimes.access = 900;
    policy.lifetimes.refresh = 5000;
    return policy;
}

RefreshToken presented() {
    return *session::first_refresh_token(key("v1"), "42", "s1", kNow + 60, kNow + 6000, "bm9uY2U");
}

Rotation begun(const Policy& policy = policy_of()) {
    const auto rotation = session::begin_rotation(policy, key("v2"), presented(), kNow);
    REQUIRE(rotation.has_value());
    return *rotation;
}

using Steps = std::vector<std::pair<std::string, std::int64_t>>;

// The script's answer; each step is a key and the end of the successor that it made.
Reply rotated_by(const Steps& steps, const std::string& created = std::to_string(kCreated)) {
    Reply reply = words({"rotated", created, "acme", R"({"a":1})"});
    for (const auto& [id, expires] : steps) {
        reply.elements.push_back(string(jwt::base64url_encode(id)));
        reply.elements.push_back(string(std::to_string(expires)));
    }
    return reply;
}

Rotated read(const Reply& reply, const Reply& epoch = nil(), const Policy& policy = policy_of()) {
    return session::read_rotated(policy, begun(), {epoch, reply});
}

}  // namespace

TEST_CASE("rotation: the successor lives its own life, never beyond the session's end") {
    CHECK(begun().successor.expires == kNow + 5000);
    CHECK(begun().key_id == "v2");
    Policy policy = policy_of();
    policy.lifetimes.refresh = 7000;
    CHECK(begun(policy).successor.expires == kNow + 6000);
    const auto verifying =
        std::get<Key>(Key::from_secret({"v2", "HS256", false, {}, {}}, "a secret"));
    CHECK_FALSE(session::begin_rotation(policy, verifying, presented(), kNow));
}

TEST_CASE("rotation: the store is told hashes, and no token") {
    Policy policy = policy_of();
    policy.lifetimes.idle = 300;
    const Rotation rotation = begun();
    const auto commands = session::rotation_commands(policy, rotation);
    REQUIRE(commands.size() == 2);
    CHECK(commands[0] == Arguments{"GET", "session:epoch"});
    const Arguments& call = commands[1];
    CHECK(call[0] == "EVAL");
    CHECK(call[1].find(session::kRotateScript) != std::string::npos);
    CHECK(call[3] == "session:user:{42}");
    CHECK(call[9] == "s1");
    CHECK(Arguments(call.begin() + 10, call.end()) ==
          Arguments{session::hash_of(rotation.presented.text),
                    session::hash_of(rotation.successor.text), "djI", "1700005000", "10", "300",
                    "1700000900"});
    for (const std::string& argument : call) {
        CHECK(argument.find(rotation.presented.text) == std::string::npos);
        CHECK(argument.find(rotation.successor.text) == std::string::npos);
    }
    CHECK(session::rotation_commands(policy_of(), rotation)[1][15] == "0");
}

TEST_CASE("rotation: the first to come gets the successor that it offered") {
    const Rotated rotated = read(rotated_by({{"v2", kNow + 5000}}));
    CHECK(rotated.reason == Reason::valid);
    CHECK(rotated.token.text == begun().successor.text);
    CHECK(rotated.created == kCreated);
    CHECK(rotated.tenant == "acme");
    CHECK(rotated.claims == R"({"a":1})");
}

TEST_CASE("rotation: a later one gets the same, though it would have made another") {
    // The first came to a node whose clock and current key are others.
    const auto expected = session::next_refresh_token(key("v1"), presented(), kNow + 4990);
    const Rotated rotated = read(rotated_by({{"v1", kNow + 4990}}));
    CHECK(rotated.reason == Reason::valid);
    CHECK(rotated.token.text == expected->text);
    CHECK(rotated.token.text != begun().successor.text);
}

TEST_CASE("rotation: one that was rotated several times leads to the last successor") {
    RefreshToken expected = presented();
    const Steps steps = {{"v1", kNow + 4990}, {"v2", kNow + 4995}, {"v2", kNow + 5000}};
    for (const auto& [id, expires] : steps) {
        expected = *session::next_refresh_token(key(id), expected, expires);
    }
    const Rotated rotated = read(rotated_by(steps));
    CHECK(rotated.reason == Reason::valid);
    CHECK(rotated.token.text == expected.text);
    CHECK(rotated.token.expires == kNow + 5000);
    CHECK(session::read_refresh_token(rotated.token.text, policy_of().keyring, kNow).token);
}

TEST_CASE("rotation: a successor of a key that is not here is no answer") {
    const Steps steps = {{"v2", kNow + 4990}, {"v3", kNow + 5000}};
    CHECK(read(rotated_by(steps)).reason == Reason::store);
    CHECK(read(rotated_by(steps), nil(), policy_of({"v3", "v2"})).reason == Reason::valid);
    CHECK(read(rotated_by({{"", kNow + 5000}})).reason == Reason::store);
    Reply raw = rotated_by({{"v2", kNow + 5000}});
    for (const Reply& id : {string("v2"), string("djI="), string(""), nil(), replies::integer(2)}) {
        raw.elements[4] = id;
        CHECK(read(raw).reason == Reason::store);
    }
}

TEST_CASE("rotation: why there is no successor") {
    const std::vector<std::pair<const char*, Reason>> examples = {
        {"record", Reason::record},   {"revoked", Reason::revoked}, {"stale", Reason::stale},
        {"expired", Reason::expired}, {"idle", Reason::idle},       {"replayed", Reason::replayed},
    };
    for (const auto& [word, reason] : examples) {
        CAPTURE(word);
        for (const Reply& epoch : {nil(), string("*"), replies::error()}) {
            const Rotated rotated = read(words({word}), epoch);
            CHECK(rotated.reason == reason);
            CHECK(rotated.token.text.empty());
        }
    }
}

TEST_CASE("rotation: a word that scripts do not say is no answer, and never \"valid\"") {
    for (const char* word : {"", "valid", "epoch", "missing", "store", "ok", "Rotated", "rotate",
                             "rotated ", "REPLAYED", "created", "ended"}) {
        CAPTURE(word);
        CHECK(read(words({word})).reason == Reason::store);
        Reply reply = rotated_by({{"v2", kNow + 5000}});
        reply.elements[0].text = word;
        CHECK(read(reply).reason == Reason::store);
    }
}

TEST_CASE("rotation: a reply of another type or size is no answer") {
    const Reply good = rotated_by({{"v2", kNow + 5000}});
    Reply status = good;
    status.elements[0].type = Reply::Type::status;
    Reply integer = good;
    integer.elements[0].type = Reply::Type::integer;
    Reply failed = good;
    failed.type = Reply::Type::error;
    Reply half = good;
    half.elements.pop_back();
    for (const Reply& reply :
         {nil(), replies::integer(1), string("rotated"), replies::status("rotated"),
          replies::error(), replies::array({}), words({"rotated"}), words({"rotated", "1"}),
          rotated_by({}), replies::array({good}), status, integer, failed, half,
          replies::array({nil()})}) {
        const Rotated rotated = read(reply);
        CHECK(rotated.reason == Reason::store);
        CHECK(rotated.token.text.empty());
    }
    for (const auto& given : {std::vector<Reply>{}, {good}, {nil(), good, nil()}}) {
        CHECK(session::read_rotated(policy_of(), begun(), given).reason == Reason::store);
    }
    CHECK(session::read_rotated(policy_of(), begun(), {good, nil()}).reason == Reason::store);
}

TEST_CASE("rotation: an answer that is not whole is no answer") {
    const Reply whole = rotated_by({{"v2", kNow + 5000}});
    REQUIRE(read(whole).reason == Reason::valid);
    Reply odd = whole;
    odd.elements.push_back(string("djI"));
    CHECK(read(odd).reason == Reason::store);
    for (const std::size_t number : {1U, 5U}) {
        for (const char* text : {"soon", "17x", "", " 1"}) {
            Reply reply = whole;
            reply.elements.at(number) = string(text);
            CHECK(read(reply).reason == Reason::store);
        }
    }
    for (std::size_t i = 1; i < whole.elements.size(); ++i) {
        Reply reply = whole;
        reply.elements.at(i) = nil();
        CHECK(read(reply).reason == Reason::store);
    }
}

TEST_CASE("rotation: a session that began before the realm's epoch is not refreshed") {
    const Reply good = rotated_by({{"v2", kNow + 5000}});
    CHECK(read(good, string(std::to_string(kCreated - 1))).reason == Reason::valid);
    CHECK(read(good, string(std::to_string(kCreated))).reason == Reason::epoch);
    CHECK(read(good, string("99999999999999999999")).reason == Reason::epoch);
    for (const Reply& epoch : {string("*"), string(""), string("-1"), replies::integer(0),
                               replies::error(), replies::status("0"), replies::array({})}) {
        CHECK(read(good, epoch).reason == Reason::store);
    }
}
