// Commands that many hold, put into words once or each time.
#include "../../src/redis/commands.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "replies.hpp"

using redis::Arguments;
using redis::Commands;

namespace {

std::string bytes_of(const Commands& commands) {
    std::string bytes = "before";
    commands.append_to(bytes);
    return bytes;
}

const std::vector<Arguments> kList = {{"GET", "epoch"}, {"EXISTS", ""}};

}  // namespace

TEST_CASE("commands: the words are the same, whenever they are made") {
    const char* const words =
        "before*2\r\n$3\r\nGET\r\n$5\r\nepoch\r\n*2\r\n$6\r\nEXISTS\r\n$0\r\n\r\n";
    CHECK(bytes_of(kList) == words);
    CHECK(bytes_of(Commands::prepared(kList)) == words);
    CHECK(bytes_of({}) == "before");
    CHECK(bytes_of(Commands::prepared({})) == "before");
}

TEST_CASE("commands: they are those that were given") {
    for (const Commands& commands : {Commands(kList), Commands::prepared(kList)}) {
        const Commands other = commands;
        CHECK(other.list() == kList);
        CHECK(other.size() == 2);
        CHECK(other[1] == kList[1]);
    }
    CHECK(Commands().empty());
    CHECK(Commands().begin() == Commands().end());
    CHECK(Commands().list().empty());
}

TEST_CASE("commands: whether there is a script") {
    CHECK_FALSE(Commands().have_script());
    CHECK_FALSE(Commands({{"GET", "EVAL"}, {"EVALSHA", "x", "0"}}).have_script());
    CHECK(Commands({{"GET", "a"}, {"EVAL", "x", "0"}}).have_script());
}

TEST_CASE("commands: which reply is that to which") {
    const Commands commands = Commands::prepared(kList);
    CHECK(commands.may_answer(replies::nil(), 0));
    CHECK_FALSE(commands.may_answer(replies::integer(0), 0));
    CHECK(commands.may_answer(replies::integer(0), 1));
    CHECK_FALSE(commands.may_answer(replies::nil(), 1));
    CHECK(Commands({{"EVAL", "x", "0"}}).may_answer(replies::nil(), 0));
}
