// The slots of keys, and the map of their masters as nodes tell it, well or badly.
#include "../../src/redis/slots.hpp"

#include <doctest/doctest.h>

#include "cluster_replies.hpp"

using redis::NodeAddress;
using redis::redirection;
using redis::slot_of;
using redis::SlotMap;

TEST_CASE("slots: of keys, as the specification and CLUSTER KEYSLOT have them") {
    CHECK(slot_of("123456789") == 0x31c3);
    CHECK(slot_of("") == 0);
    CHECK(slot_of("foo") == 12182);
    CHECK(slot_of("bar") == 5061);
    CHECK(slot_of("hello") == 866);
    CHECK(slot_of("\xff\xfe") < redis::kSlots);
}

TEST_CASE("slots: of hash tags") {
    CHECK(redis::hashed_part("session:revoked:{42}:j") == "42");
    CHECK(redis::hashed_part("session:epoch") == "session:epoch");
    CHECK(redis::hashed_part("a{}b") == "a{}b");
    CHECK(slot_of("{user1000}.following") == slot_of("user1000"));
    CHECK(slot_of("session:stale:{42}") == slot_of("session:revoked:{42}:j"));
    CHECK(slot_of("foo{bar}{zap}") == slot_of("bar"));
    CHECK(slot_of("foo{{bar}}zap") == slot_of("{bar"));
    CHECK(slot_of("foo{}{bar}") != slot_of("bar"));
    CHECK(slot_of("foo{}{bar}") != slot_of(""));
    CHECK(slot_of("foo{bar") != slot_of("bar"));
    CHECK(slot_of("}foo{bar}") == slot_of("bar"));
}

TEST_CASE("slots: the map names masters, never replicas") {
    const SlotMap map = thirds();
    CHECK(*map.owner(0) == node(1));
    CHECK(*map.owner(5460) == node(1));
    CHECK(*map.owner(5461) == node(2));
    CHECK(*map.owner(16383) == node(3));
    CHECK(map.masters() == std::vector{node(1), node(2), node(3)});
}

TEST_CASE("slots: nobody's, and those that move") {
    SlotMap map = *SlotMap::read(array({range(100, 200, 1), range(300, 300, 1)}), node(1));
    CHECK(map.owner(99) == nullptr);
    CHECK(map.owner(250) == nullptr);
    CHECK(*map.owner(300) == node(1));
    CHECK(SlotMap::read(array({}), node(1))->masters().empty());

    const SlotMap before = map;
    CHECK(map.agrees(before));
    map.give(150, node(2));
    CHECK(*map.owner(150) == node(2));
    CHECK(*map.owner(151) == node(1));
    CHECK_FALSE(map.agrees(before));
    CHECK_FALSE(before.agrees(map));
    CHECK(map.digest() != before.digest());
    map.give(150, node(1));
    CHECK(map.agrees(before));
    CHECK(before.agrees(map));
    CHECK(map.digest() == before.digest());
    CHECK(map.masters() == std::vector{node(1)});
}

TEST_CASE("slots: a map agrees with one that tells it in another order") {
    const SlotMap other = *SlotMap::read(
        array({range(10923, 16383, 3), range(0, 5460, 1), range(5461, 10922, 2)}), node(9));
    CHECK(other.agrees(thirds()));
    CHECK(thirds().agrees(other));
    CHECK(other.digest() == thirds().digest());
}

TEST_CASE("slots: hosts") {
    const auto owner = [](redis::Reply host, std::vector<redis::Reply> more = {}) {
        const auto map =
            SlotMap::read(array({range(0, 16383, std::move(host), 7001, std::move(more))}),
                          {"10.0.0.9", 7009, ""});
        const NodeAddress* node = map->owner(1);
        return node == nullptr ? "none" : node->text() + " " + node->name;
    };
    CHECK(owner(string("127.0.0.1")) == "127.0.0.1:7001 ");
    CHECK(owner(string("::1")) == "[::1]:7001 ");
    CHECK(owner(string("")) == "10.0.0.9:7001 ");
    CHECK(owner(nil()) == "10.0.0.9:7001 ");
    CHECK(owner(string("a.test"), {string("ip"), string("10.0.0.1")}) == "10.0.0.1:7001 a.test");
    CHECK(owner(string("?"), {string("ip"), string("10.0.0.1")}) == "10.0.0.1:7001 ");
    CHECK(owner(string("10.0.0.1"), {string("hostname"), string("a.test")}) == "10.0.0.1:7001 ");
    CHECK(owner(string("a.test")) == "none");
    CHECK(owner(string("a.test"), {string("ip"), string("b.test")}) == "none");
    CHECK(owner(string("?")) == "none");
}

TEST_CASE("slots: what is no map") {
    const auto is_map = [](const redis::Reply& reply) {
        return SlotMap::read(reply, node(1)).has_value();
    };
    CHECK_FALSE(is_map(error("ERR This instance has cluster support disabled")));
    CHECK_FALSE(is_map(nil()));
    CHECK_FALSE(is_map(array({integer(1)})));
    CHECK_FALSE(is_map(array({array({integer(0), integer(1)})})));
    CHECK_FALSE(is_map(array({range(0, 16384, 1)})));
    CHECK_FALSE(is_map(array({range(-1, 5, 1)})));
    CHECK_FALSE(is_map(array({range(6, 5, 1)})));
    CHECK_FALSE(is_map(array({range(0, 5, string("127.0.0.1"), 0)})));
    CHECK_FALSE(is_map(array({range(0, 5, string("127.0.0.1"), 65536)})));
    CHECK_FALSE(is_map(array({range(0, 5, integer(7), 7001)})));
    CHECK_FALSE(
        is_map(array({array({string("0"), integer(5), array({string("h"), integer(1)})})})));
}

TEST_CASE("slots: a tag for each master") {
    const SlotMap map = thirds();
    for (int number = 1; number <= 3; ++number) {
        const std::string tag = map.tag_of(node(number));
        REQUIRE_FALSE(tag.empty());
        CHECK(*map.owner(slot_of("session:generation:{" + tag + "}")) == node(number));
    }
    CHECK(map.tag_of(node(4)).empty());
    SlotMap one = map;
    one.give(77, node(4));
    CHECK(slot_of(one.tag_of(node(4))) == 77);
}

TEST_CASE("slots: redirections") {
    const auto moved = redirection(error("MOVED 3999 127.0.0.1:6381"), node(1));
    REQUIRE(moved);
    CHECK_FALSE(moved->ask);
    CHECK(moved->slot == 3999);
    CHECK(moved->to == NodeAddress{"127.0.0.1", 6381, ""});

    const auto ask = redirection(error("ASK 0 ::1:6381"), node(1));
    REQUIRE(ask);
    CHECK(ask->ask);
    CHECK(ask->to.text() == "[::1]:6381");

    CHECK(redirection(error("MOVED 1 :7002"), node(1))->to == node(2));
    CHECK(redirection(error("MOVED 1 [::1]:7002"), node(1))->to.host == "::1");
    const auto named = redirection(error("MOVED 1 a.test:7002"), node(1));
    CHECK(named->to.host.empty());
    CHECK(named->to.name == "a.test");
    CHECK(named->to.text() == "a.test:7002");

    for (const char* text :
         {"MOVED", "MOVED 1", "MOVED x 127.0.0.1:1", "MOVED 16384 127.0.0.1:1", "MOVED 1 127.0.0.1",
          "MOVED 1 127.0.0.1:", "MOVED 1 127.0.0.1:65536", "MOVEDX 1 127.0.0.1:1", "ask 1 a:1",
          "CLUSTERDOWN The cluster is down", "TRYAGAIN Multiple keys request during rehashing"}) {
        CAPTURE(text);
        CHECK_FALSE(redirection(error(text), node(1)));
    }
    CHECK_FALSE(redirection(string("MOVED 3999 127.0.0.1:6381"), node(1)));
}
