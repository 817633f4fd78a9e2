// Which replies a command can have.
#include "../../src/redis/shape.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "replies.hpp"

using redis::Arguments;
using redis::Reply;

namespace {

bool may_answer(const redis::Reply& reply, const redis::Arguments& command) {
    return redis::may_answer(reply, command, redis::shape_of(command));
}

struct Row {
    Arguments command;
    std::vector<Reply> good;
};

const Reply kNil = replies::nil();
const Reply kText = replies::string("x");
const Reply kNumber = replies::integer(1);
const Reply kDone = replies::status("OK");
const Reply kEmpty = replies::array({});
const Reply kTwo = replies::array({kText, kNil});
const Reply kThree = replies::array({kText, kText, kText});
const Reply kPage = replies::array({kText, kEmpty});

const std::vector<Reply> kAll = {kNil, kText, kNumber, kDone, kEmpty, kTwo, kThree, kPage};

bool is_same(const Reply& one, const Reply& other) {
    return one.type == other.type && one.elements.size() == other.elements.size() &&
           (one.elements.size() != 2 || one.elements[1].type == other.elements[1].type);
}

bool is_among(const Reply& reply, const std::vector<Reply>& replies) {
    for (const Reply& other : replies) {
        if (is_same(reply, other)) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("shape: what each command can be answered with, and nothing else") {
    const Row rows[] = {
        {{"GET", "k"}, {kNil, kText}},
        {{"HGET", "k", "f"}, {kNil, kText}},
        {{"EXISTS", "k"}, {kNumber}},
        {{"DEL", "k"}, {kNumber}},
        {{"EXPIRE", "k", "1"}, {kNumber}},
        {{"HSET", "k", "f", "v"}, {kNumber}},
        {{"WAIT", "1", "100"}, {kNumber}},
        {{"HMGET", "k", "a", "b"}, {kTwo}},
        {{"HMGET", "k", "a", "b", "c"}, {kThree}},
        {{"ZREVRANGE", "k", "0", "9"}, {kEmpty, kTwo, kThree, kPage}},
        {{"SCAN", "0"}, {kPage}},
        {{"SET", "k", "v"}, {kDone}},
        {{"SET", "k", "v", "NX", "EX", "1"}, {kDone, kNil}},
        {{"ASKING"}, {kDone}},
        {{"PING", "\x16"}, {}},
        {{"PING"}, kAll},
        {{"EVAL", "return 1", "0"}, kAll},
        {{"EVALSHA", "0", "0"}, kAll},
        {{"ROLE"}, kAll},
    };
    for (const Row& row : rows) {
        CAPTURE(row.command[0]);
        for (std::size_t i = 0; i < kAll.size(); ++i) {
            CAPTURE(i);
            CHECK(may_answer(kAll[i], row.command) == is_among(kAll[i], row.good));
        }
        CHECK(may_answer(replies::error("MOVED 1 127.0.0.1:1"), row.command));
    }
}

TEST_CASE("shape: a barrier is answered with itself, and answers nothing else") {
    const Arguments barrier = redis::barrier(1);
    const Reply echo = replies::string(barrier.at(1));
    CHECK(may_answer(echo, barrier));
    CHECK(may_answer(replies::error("NOPERM"), barrier));
    CHECK_FALSE(may_answer(echo, redis::barrier(2)));
    CHECK_FALSE(may_answer(echo, {"GET", "k"}));
    CHECK_FALSE(may_answer(echo, {"EVAL", "return 1", "0"}));
    CHECK_FALSE(may_answer(echo, {"PING"}));
}
