// A question to a cluster: to each master what is its, the replies in order, redirections followed
// so far and no further, a walk over all masters by one cursor.
#include "../../src/redis/scatter.hpp"

#include <doctest/doctest.h>

#include "cluster_replies.hpp"

using redis::Arguments;
using redis::Reply;
using redis::Scatter;
using redis::SlotMap;
using Units = redis::Scatter::Units;

namespace {

// bar: 5061, node 1; hello: 866, node 1; foo: 12182, node 3.
Scatter scatter(std::vector<Arguments> commands, const SlotMap& map = thirds()) {
    auto scatter = Scatter::of(std::move(commands), map);
    REQUIRE(scatter);
    return *scatter;
}

std::string cursor_of(const Arguments& scan, std::string told, const SlotMap& map = thirds()) {
    Scatter question = scatter({scan}, map);
    const auto groups = question.by_master(map);
    REQUIRE(groups);
    question.take({0}, false, {array({string(std::move(told)), array({})})}, groups->front().first,
                  map);
    REQUIRE(question.answered());
    return question.replies()[0].elements[0].text;
}

}  // namespace

TEST_CASE("scatter: commands by the masters of their keys, replies in order") {
    const SlotMap map = thirds();
    Scatter question = scatter({{"GET", "foo"}, {"GET", "bar"}, {"EXISTS", "x{foo}"}});
    const auto groups = question.by_master(map);
    REQUIRE(groups);
    REQUIRE(groups->size() == 2);
    CHECK((*groups)[0].first == node(3));
    CHECK((*groups)[0].second == Units{0, 2});
    CHECK((*groups)[1].first == node(1));
    CHECK(question.commands({0, 2}, false) ==
          std::vector<Arguments>{{"GET", "foo"}, {"EXISTS", "x{foo}"}});

    CHECK(question.take({1}, false, {string("b")}, node(1), map).empty());
    CHECK_FALSE(question.answered());
    CHECK(question.take({0, 2}, false, {string("a"), integer(1)}, node(3), map).empty());
    CHECK(question.answered());
    const auto replies = question.replies();
    CHECK(replies[0].text == "a");
    CHECK(replies[1].text == "b");
    CHECK(replies[2].integer == 1);
}

TEST_CASE("scatter: several keys of one slot, and of more") {
    const SlotMap map = thirds();
    CHECK(scatter({{"EVAL", "lua", "2", "a{bar}", "b{bar}", "c"}}).units()[0].slot == 5061);
    CHECK(scatter({{"EVALSHA", "lua", "1", "foo", "bar"}}).units()[0].slot == 12182);
    CHECK(scatter({{"SET", "foo", "bar", "EX", "1"}}).units()[0].slot == 12182);
    CHECK(scatter({{"DEL", "{foo}1", "{foo}2"}}).units()[0].slot == 12182);
    CHECK_FALSE(Scatter::of({{"EVAL", "lua", "2", "foo", "bar"}}, map));
    CHECK_FALSE(Scatter::of({{"DEL", "foo", "bar"}}, map));
    CHECK_FALSE(Scatter::of({{"EVAL", "lua", "0"}}, map));
    CHECK_FALSE(Scatter::of({{"EVAL", "lua", "x", "foo"}}, map));
    CHECK_FALSE(Scatter::of({{"GET"}}, map));
}

TEST_CASE("scatter: the key of a command") {
    CHECK(redis::key_of({"SET", "foo", "1"}) == "foo");
    CHECK(redis::key_of({"EVAL", "lua", "2", "foo", "bar", "x"}) == "foo");
    CHECK(redis::key_of({"EVAL", "lua", "0"}).empty());
    CHECK(redis::key_of({"PING"}).empty());
}

TEST_CASE("scatter: a slot without a master is no place to ask") {
    const SlotMap map = *SlotMap::read(array({range(0, 5460, 1)}), node(1));
    CHECK(scatter({{"GET", "bar"}}, map).by_master(map));
    CHECK_FALSE(scatter({{"GET", "bar"}, {"GET", "foo"}}, map).by_master(map));
}

TEST_CASE("scatter: MOVED is followed, some times") {
    const SlotMap map = thirds();
    Scatter question = scatter({{"GET", "foo"}, {"GET", "x{foo}"}});
    const auto moved = [&](const Units& units, std::vector<Reply> replies) {
        return question.take(units, false, std::move(replies), node(3), map);
    };
    auto onward = moved({0, 1}, {error("MOVED 12182 127.0.0.1:7002"), string("b")});
    REQUIRE(onward.size() == 1);
    CHECK(onward[0].unit == 0);
    CHECK(onward[0].where.to == node(2));
    CHECK_FALSE(question.answered());
    CHECK(moved({0}, {error("MOVED 12182 127.0.0.1:7001")}).size() == 1);
    CHECK(moved({0}, {error("MOVED 12182 127.0.0.1:7002")}).empty());
    CHECK(question.answered());
    const auto replies = question.replies();
    CHECK(replies[0].is_error());
    CHECK(replies[1].text == "b");
}

TEST_CASE("scatter: ASK is followed once, behind ASKING") {
    const SlotMap map = thirds();
    Scatter question = scatter({{"GET", "foo"}, {"GET", "x{foo}"}});
    const std::string ask = "ASK 12182 127.0.0.1:7002";
    CHECK(question.take({0, 1}, false, {error(ask), error(ask)}, node(3), map).size() == 2);
    CHECK(question.commands({0, 1}, true) ==
          std::vector<Arguments>{{"ASKING"}, {"GET", "foo"}, {"ASKING"}, {"GET", "x{foo}"}});
    CHECK(
        question
            .take({0, 1}, true, {status("OK"), string("a"), status("OK"), error(ask)}, node(2), map)
            .empty());
    CHECK(question.answered());
    const auto replies = question.replies();
    CHECK(replies[0].text == "a");
    CHECK(replies[1].is_error());
}

TEST_CASE("scatter: errors that are no redirection are the answer") {
    const SlotMap map = thirds();
    for (const char* text : {"CLUSTERDOWN The cluster is down", "TRYAGAIN Multiple keys",
                             "MOVED 5061 127.0.0.1:7002", "LOADING", "MOVED 12182 nowhere"}) {
        CAPTURE(text);
        Scatter question = scatter({{"GET", "foo"}});
        CHECK(question.take({0}, false, {error(text)}, node(3), map).empty());
        CHECK(question.answered());
        CHECK(question.replies()[0].is_error());
    }
}

TEST_CASE("scatter: WAIT goes where the write before it went, each time") {
    const SlotMap map = thirds();
    Scatter question = scatter({{"SET", "foo", "1"}, {"WAIT", "1", "50"}, {"GET", "bar"}});
    REQUIRE(question.units().size() == 2);
    CHECK(question.commands({0}, false) ==
          std::vector<Arguments>{{"SET", "foo", "1"}, {"WAIT", "1", "50"}});
    const auto onward =
        question.take({0}, false, {error("MOVED 12182 127.0.0.1:7002"), integer(5)}, node(3), map);
    REQUIRE(onward.size() == 1);
    question.take({1}, false, {string("b")}, node(1), map);
    question.take({0}, true, {status("OK"), status("OK"), integer(1)}, node(2), map);
    CHECK(question.answered());
    const auto replies = question.replies();
    CHECK(replies[0].type == Reply::Type::status);
    CHECK(replies[1].integer == 1);
    CHECK(replies[2].text == "b");
}

TEST_CASE("scatter: so does a script without a key") {
    Scatter question = scatter({{"GET", "foo"}, {"EVAL", "lua", "0"}, {"GET", "bar"}});
    REQUIRE(question.units().size() == 2);
    CHECK(question.commands({0}, false) ==
          std::vector<Arguments>{{"GET", "foo"}, {"EVAL", "lua", "0"}});
}

TEST_CASE("scatter: a walk over all masters") {
    const SlotMap map = thirds();
    CHECK(scatter({{"SCAN", "0", "MATCH", "x"}}).by_master(map)->front().first == node(1));
    CHECK(cursor_of({"SCAN", "0"}, "17") == std::to_string(17 * 16384));
    CHECK(scatter({{"SCAN", "278528"}}).commands({0}, false)[0][1] == "17");
    CHECK(cursor_of({"SCAN", "278528"}, "0") == "5461");

    Scatter second = scatter({{"SCAN", "5461"}});
    CHECK(second.by_master(map)->front().first == node(2));
    CHECK(second.commands({0}, false)[0][1] == "0");
    CHECK(cursor_of({"SCAN", "5461"}, "3") == std::to_string(3 * 16384 + 5461));
    CHECK(cursor_of({"SCAN", "5461"}, "0") == "10923");
    CHECK(cursor_of({"SCAN", std::to_string(9 * 16384 + 10923)}, "0") == "0");
}

TEST_CASE("scatter: a walk where masters have several ranges, and slots have none") {
    const SlotMap map = *SlotMap::read(
        array({range(10, 19, 2), range(30, 39, 1), range(40, 49, 2), range(90, 99, 3)}), node(1));
    CHECK(scatter({{"SCAN", "0"}}, map).by_master(map)->front().first == node(2));
    CHECK(cursor_of({"SCAN", "0"}, "0", map) == "30");
    CHECK(cursor_of({"SCAN", "30"}, "0", map) == "90");
    CHECK(cursor_of({"SCAN", "90"}, "0", map) == "0");
    CHECK_FALSE(scatter({{"SCAN", "20"}}, map).by_master(map));
    const SlotMap none = *SlotMap::read(array({}), node(1));
    CHECK_FALSE(Scatter::of({{"SCAN", "0"}}, none));
}

TEST_CASE("scatter: cursors that are none") {
    const SlotMap map = thirds();
    CHECK_FALSE(Scatter::of({{"SCAN", "x"}}, map));
    CHECK_FALSE(Scatter::of({{"SCAN", "99999999999999999999"}}, map));
    Scatter question = scatter({{"SCAN", "0"}});
    question.take({0}, false, {array({string("18446744073709551615"), array({})})}, node(1), map);
    CHECK(question.replies()[0].type == Reply::Type::nil);
    Scatter failed = scatter({{"SCAN", "0"}});
    failed.take({0}, false, {error("LOADING")}, node(1), map);
    CHECK(failed.replies()[0].is_error());
}
