#include "../../src/session/chunks.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using session::Chunks;

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kMany = 1000;

Chunks read(const Lines& lines) {
    Chunks chunks("t");
    for (const std::string& line : lines) {
        chunks.read(line);
    }
    return chunks;
}

std::optional<std::string> join(const Lines& lines, std::size_t max_bytes = kMany) {
    return read(lines).join(max_bytes);
}

}  // namespace

TEST_CASE("chunks: joined by their numbers, in whatever order and lines they came") {
    CHECK(join({"t.0=a"}) == "a");
    CHECK(join({"t.0=a; t.1=b; t.2=c"}) == "abc");
    CHECK(join({"t.2=c;t.0=a", " t.1 = b "}) == "abc");
    std::string all;
    for (int i = 99; i >= 0; --i) {
        all += "t." + std::to_string(i) + "=" + static_cast<char>('a' + i / 10) + ";";
    }
    CHECK(join({all})->size() == 100);
    CHECK(join({all})->substr(18, 4) == "bbcc");
}

TEST_CASE("chunks: other cookies are none") {
    for (const char* line :
         {"", ";", "t", "t=a", "t.=a", "t.x=a", "t.00=a", "t.01=a", "t.-1=a", "t.100=a", "t.0x=a",
          "T.0=a", "tt.0=a", "t0=a", "t.0.0=a", "t.0=", "t.0=;t.1= ", "x=t.0"}) {
        CAPTURE(line);
        CHECK(read({line}).empty());
        CHECK(read({line}).names().empty());
    }
    CHECK(join({"t=x; t.0=a; t.01=y; t.1=b; t.100=z"}) == "ab");
}

TEST_CASE("chunks: a gap, and one that is there twice") {
    for (const Lines& lines : {Lines{"t.1=b"}, Lines{"t.0=a; t.2=c"}, Lines{"t.0=a; t.0=a"},
                               Lines{"t.0=a; t.1=b", "t.1=b"}, Lines{"t.0=; t.1=b"}}) {
        CAPTURE(lines.front());
        CHECK_FALSE(read(lines).empty());
        CHECK_FALSE(join(lines));
    }
}

TEST_CASE("chunks: too long, and more than are counted") {
    CHECK(join({"t.0=abc; t.1=def"}, 6) == "abcdef");
    CHECK_FALSE(join({"t.0=abc; t.1=def"}, 5));
    CHECK_FALSE(join({"t.0=abc"}, 2));
    std::string many;
    for (int i = 0; i < 10000; ++i) {
        many += "t." + std::to_string(i % 100) + "=a;";
    }
    CHECK_FALSE(join({many, many}));
    CHECK(read({many, many}).names().size() == 100);
}

TEST_CASE("chunks: the names that came, each once") {
    CHECK(read({"t.1=b; t=x; t.0=a; t.1=c; t.10=d; t.7="}).names() ==
          std::vector<std::string>{"t.0", "t.1", "t.10"});
}
