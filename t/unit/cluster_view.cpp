// A cluster as its nodes see it: masters without slots too, the newest map, never a replica.
#include "../../src/redis/cluster_view.hpp"

#include <doctest/doctest.h>

#include "cluster_replies.hpp"

using redis::ClusterView;
using redis::NodeAddress;
using redis::Reply;

namespace {

std::string line(const std::string& address, const std::string& flags, int epoch,
                 const std::string& slots) {
    return "0123456789abcdef " + address + " " + flags + " - 0 1700000000000 " +
           std::to_string(epoch) + " connected" + slots + "\n";
}

ClusterView view(const std::string& lines, const Reply& slots = array({range(0, 16383, 1)})) {
    const auto view = redis::read_view({slots, string(lines)}, node(1));
    REQUIRE(view);
    return *view;
}

}  // namespace

TEST_CASE("cluster view: masters with slots and without") {
    const ClusterView seen =
        view(line("127.0.0.1:7001@17001", "myself,master", 3, " 0-16383 [77->-0abc]") +
             line("127.0.0.1:7002@17002,host.test", "master", 9, "") +
             line("127.0.0.1:7003@17003", "master", 2, " [77-<-0abc]") +
             line("::1:7004@17004", "master,fail?", 0, "") +
             line("127.0.0.1:7005@17005", "slave", 3, "") +
             line("127.0.0.1:7006@17006", "master,fail", 3, "") +
             line("127.0.0.1:7007@17007", "master,handshake", 0, "") +
             line(":0@0", "master,noaddr", 3, ""));
    CHECK(seen.masters == std::vector{node(1), node(2), node(3), NodeAddress{"::1", 7004, ""}});
    CHECK(seen.epoch == 9);
    CHECK(seen.is_whole);
    CHECK(*seen.slots.owner(77) == node(1));
}

TEST_CASE("cluster view: a node that does not know its own address") {
    const ClusterView seen = view(line(":7002@17002", "myself,master", 0, ""), array({}));
    CHECK(seen.masters == std::vector{node(2)});
}

TEST_CASE("cluster view: names, where the cluster prefers them") {
    const std::string lines = line("127.0.0.1:7002@17002,b.test,shard-id=x", "master", 0, "") +
                              line("127.0.0.1:7003@17003", "master", 0, "");
    CHECK(view(lines).masters[1].name.empty());
    const ClusterView named = view(
        lines, array({range(0, 9, string("a.test"), 7001, {string("ip"), string("127.0.0.1")})}));
    REQUIRE(named.masters.size() == 3);
    CHECK(named.masters[0].name == "a.test");
    CHECK(named.masters[1].name == "b.test");
    CHECK(named.masters[2].name.empty());
}

TEST_CASE("cluster view: a master nobody can find") {
    CHECK_FALSE(view("", array({range(0, 16383, string("?"), 7001)})).is_whole);
    CHECK_FALSE(view(line("a.test:7002@17002", "master", 0, "")).is_whole);
    const ClusterView whole = view("");
    CHECK(whole.is_whole);
    CHECK_FALSE(redis::combine({whole, view(line("a.test:7002@17002", "master", 0, ""))}).is_whole);
}

TEST_CASE("cluster view: what is none") {
    const auto is_view = [](std::vector<Reply> replies) {
        return redis::read_view(replies, node(1)).has_value();
    };
    CHECK(is_view({array({}), string("")}));
    CHECK_FALSE(is_view({array({})}));
    CHECK_FALSE(is_view({array({}), error("NOPERM")}));
    CHECK_FALSE(is_view({error("ERR This instance has cluster support disabled"), string("")}));
    CHECK(redis::complain_of_view({error("ERR no\r\ncluster"), string("")}) ==
          "CLUSTER SLOTS was answered with ERR no??cluster");
    CHECK(redis::complain_of_view({array({}), error("NOPERM")}) ==
          "CLUSTER NODES was answered with NOPERM");
    CHECK(redis::complain_of_view({nil(), string("")}) ==
          "CLUSTER SLOTS was answered with an unexpected reply");
}

TEST_CASE("cluster view: what one node knows counts, the newest map is the map") {
    const ClusterView late = view(line("127.0.0.1:7001@17001", "master", 3, " 0-16383"));
    const ClusterView soon =
        view(line("127.0.0.1:7001@17001", "master", 4, " 0-16383"), array({range(0, 16383, 2)}));
    for (const auto& views : {std::vector{late, soon}, std::vector{soon, late}}) {
        const ClusterView all = redis::combine(views);
        CHECK(*all.slots.owner(1) == node(2));
        CHECK(all.masters.size() == 2);
        CHECK(all.epoch == 4);
    }
}
