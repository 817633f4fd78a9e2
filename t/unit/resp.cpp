// The codec: commands to bytes, and replies that come whole, in pieces, too large or not at all.
#include "../../src/redis/resp.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using redis::Reader;
using redis::Reply;
using namespace std::string_literals;

namespace {

std::vector<Reply> read_all(Reader& reader) {
    std::vector<Reply> replies;
    while (std::optional<Reply> reply = reader.next()) {
        replies.push_back(std::move(*reply));
    }
    return replies;
}

std::string nested(std::size_t depth) {
    std::string bytes;
    for (std::size_t i = 0; i < depth; ++i) {
        bytes += "*1\r\n";
    }
    return bytes + ":7\r\n";
}

// One of each type.
const std::string kReplies =
    "+OK\r\n-ERR no\r\n:-42\r\n$-1\r\n*-1\r\n$5\r\na\r\nb\0\r\n$0\r\n\r\n"
    "*3\r\n:1\r\n*0\r\n$1\r\nx\r\n"s;

void check_replies(const std::vector<Reply>& replies) {
    REQUIRE(replies.size() == 8);
    CHECK(replies[0].type == Reply::Type::status);
    CHECK(replies[0].text == "OK");
    CHECK(replies[1].is_error());
    CHECK(replies[1].text == "ERR no");
    CHECK(replies[2].type == Reply::Type::integer);
    CHECK(replies[2].integer == -42);
    CHECK(replies[3].type == Reply::Type::nil);
    CHECK(replies[4].type == Reply::Type::nil);
    CHECK(replies[5].type == Reply::Type::string);
    CHECK(replies[5].text == "a\r\nb\0"s);
    CHECK(replies[6].type == Reply::Type::string);
    CHECK(replies[6].text.empty());
    REQUIRE(replies[7].type == Reply::Type::array);
    REQUIRE(replies[7].elements.size() == 3);
    CHECK(replies[7].elements[0].integer == 1);
    CHECK(replies[7].elements[1].type == Reply::Type::array);
    CHECK(replies[7].elements[1].elements.empty());
    CHECK(replies[7].elements[2].text == "x");
}

}  // namespace

TEST_CASE("resp: a command is an array of strings, whatever bytes they hold") {
    std::string bytes = "before";
    redis::append_command(bytes, {"GET", "a\r\n\0b"s, ""});
    CHECK(bytes == "before*3\r\n$3\r\nGET\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n"s);
}

TEST_CASE("resp: replies of each type, at once") {
    Reader reader;
    reader.feed(kReplies);
    check_replies(read_all(reader));
    CHECK(reader.empty());
    CHECK_FALSE(reader.broken());
}

TEST_CASE("resp: replies byte by byte") {
    Reader reader;
    std::vector<Reply> replies;
    for (const char byte : kReplies) {
        reader.feed({&byte, 1});
        for (Reply& reply : read_all(reader)) {
            replies.push_back(std::move(reply));
        }
    }
    check_replies(replies);
    CHECK(reader.empty());
}

TEST_CASE("resp: replies cut in two anywhere") {
    for (std::size_t cut = 0; cut <= kReplies.size(); ++cut) {
        Reader reader;
        reader.feed(std::string_view(kReplies).substr(0, cut));
        std::vector<Reply> replies = read_all(reader);
        reader.feed(std::string_view(kReplies).substr(cut));
        for (Reply& reply : read_all(reader)) {
            replies.push_back(std::move(reply));
        }
        check_replies(replies);
    }
}

TEST_CASE("resp: half a reply leaves the reader neither empty nor broken") {
    Reader reader;
    CHECK(reader.empty());
    reader.feed("$5\r\nab");
    CHECK_FALSE(reader.next());
    CHECK_FALSE(reader.empty());
    CHECK_FALSE(reader.broken());
}

TEST_CASE("resp: what is not RESP2 breaks the reader for good") {
    const std::vector<std::string> garbage = {
        "HTTP/1.1 200 OK\r\n",
        "\r\n",
        "GET key\r\n",
        ":12a\r\n",
        ":\r\n",
        "$abc\r\n",
        "$-2\r\n",
        "*-2\r\n",
        "*x\r\n",
        "*1\r\n?\r\n",
        "$99999999999999999999\r\n",
        "*2147483648\r\n",
        "*99999999999999999999\r\n",
        ":9223372036854775808\r\n",
    };
    for (const std::string& bytes : garbage) {
        CAPTURE(bytes);
        Reader reader;
        reader.feed(bytes);
        CHECK_FALSE(reader.next());
        CHECK(reader.broken());
        reader.feed("+OK\r\n");
        CHECK_FALSE(reader.next());
        CHECK(reader.broken());
    }
}

TEST_CASE("resp: types of RESP3 are not RESP2") {
    const std::vector<std::string> types = {
        "#t\r\n",
        ",1.5\r\n",

        "%1\r\n+a\r\n:1\r\n",
        "~1\r\n:1\r\n",
        "(12345678901234567890\r\n",
        "=7\r\ntxt:abc\r\n",
        ">1\r\n+a\r\n",
        "*1\r\n#t\r\n",
    };
    for (const std::string& bytes : types) {
        CAPTURE(bytes);
        Reader reader;
        reader.feed(bytes);
        CHECK_FALSE(reader.next());
        CHECK(reader.broken());
    }
}

TEST_CASE("resp: integers at the ends of their range") {
    Reader reader;
    reader.feed(":9223372036854775807\r\n:-9223372036854775808\r\n");
    CHECK(reader.next()->integer == INT64_MAX);
    CHECK(reader.next()->integer == INT64_MIN);
}

TEST_CASE("resp: arrays nest seven deep; endless ones break the reader") {
    Reader reader;
    reader.feed(nested(7));
    std::optional<Reply> reply = reader.next();
    REQUIRE(reply);
    const Reply* inner = &*reply;
    while (inner->type == Reply::Type::array) {
        REQUIRE(inner->elements.size() == 1);
        inner = &inner->elements[0];
    }
    CHECK(inner->integer == 7);

    Reader deep;
    deep.feed(nested(1000));
    CHECK_FALSE(deep.next());
    CHECK(deep.broken());
}

TEST_CASE("resp: a reply of the largest size passes, a larger one does not") {
    const std::string head = "$1000000\r\n";
    Reader reader;
    reader.feed(head + std::string(1000000, 'x') + "\r\n");
    std::optional<Reply> reply = reader.next();
    REQUIRE(reply);
    CHECK(reply->text.size() == 1000000);

    Reader whole;
    whole.feed("$1048577\r\n" + std::string(1048577, 'x') + "\r\n");
    CHECK_FALSE(whole.next());
    CHECK(whole.broken());

    Reader pieces;
    pieces.feed("$100000000\r\n");
    std::size_t fed = 0;
    while (!pieces.next() && !pieces.broken()) {
        pieces.feed(std::string(16384, 'x'));
        fed += 16384;
        REQUIRE(fed < 2 * redis::kMaxReplyBytes);
    }
    CHECK(pieces.broken());
}

TEST_CASE("resp: a number of elements that no reply can hold takes no memory") {
    for (const char* bytes : {"*262145\r\n", "*2147483647\r\n"}) {
        Reader reader;
        reader.feed(bytes);
        CHECK_FALSE(reader.next());
        CHECK(reader.broken());
    }
}

TEST_CASE("resp: many small replies do not add up to a large one") {
    Reader reader;
    std::string chunk;
    while (chunk.size() < 16384) {
        chunk += "$4\r\nabcd\r\n";
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < 100; ++i) {
        reader.feed(chunk);
        count += read_all(reader).size();
    }
    CHECK_FALSE(reader.broken());
    CHECK(count == 100 * (chunk.size() / 10));
}

TEST_CASE("resp: random bytes end in a reply or a broken reader, never in a crash") {
    std::mt19937 random(42);  // NOLINT: the same bytes each time
    const std::string alphabet = "+-:$*019\r\n\r\n\r\nab";
    for (int round = 0; round < 2000; ++round) {
        Reader reader;
        for (int i = 0; i < 64 && !reader.broken(); ++i) {
            const char byte = alphabet[random() % alphabet.size()];
            reader.feed({&byte, 1});
            read_all(reader);
        }
    }
    CHECK(true);
}
