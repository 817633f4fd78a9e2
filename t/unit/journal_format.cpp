#include "../../src/store/journal_format.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

using store::Effects;
using store::JournalReader;

namespace {

constexpr std::uint64_t kId = 0x9c1f00d2a7b3e455;

std::vector<Effects> groups() {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) {
        every_byte += static_cast<char>(byte);
    }
    return {
        {"SET session:stale:{42} 1700000000"},
        {every_byte, "", "two\tlines\nand a \\ backslash"},
        {""},
        {"HSET a b c", "DEL d"},
    };
}

std::string journal() {
    std::string text = store::header_line({"app", kId, 7});
    std::uint64_t number = 0;
    for (const Effects& group : groups()) {
        store::append_group(text, ++number, group);
    }
    store::append_snapshot_end(text, ++number);
    store::append_group(text, ++number, {"behind"});
    return text;
}

struct Read {
    std::vector<Effects> groups;
    store::JournalEnd end;
    std::size_t torn = 0;
    std::optional<store::Damage> damage;
};

Read read(std::string_view text, std::size_t piece = std::string::npos, const char* realm = "app") {
    Read result;
    JournalReader reader(realm, [&](Effects&& group) { result.groups.push_back(group); });
    for (std::size_t i = 0; i < text.size(); i += piece) {
        piece = std::min(piece, text.size() - i);
        if (!reader.feed(text.substr(i, piece))) {
            break;
        }
    }
    result.end = reader.end();
    result.torn = reader.torn();
    result.damage = reader.damage();
    return result;
}

// Where each line begins, and the end of the text.
std::vector<std::size_t> line_starts(const std::string& text) {
    std::vector<std::size_t> starts = {0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            starts.push_back(i + 1);
        }
    }
    return starts;
}

std::size_t line_start(const std::string& text, std::size_t offset) {
    const std::size_t newline = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
    return newline == std::string::npos ? 0 : newline + 1;
}

}  // namespace

TEST_CASE("journal: what was written is read, in any pieces") {
    std::vector<Effects> expected = groups();
    expected.push_back({"behind"});
    for (const std::size_t piece : {1U, 2U, 7U, 64U, 100000U}) {
        const Read result = read(journal(), piece);
        CHECK(!result.damage);
        CHECK(result.groups == expected);
        CHECK(result.torn == 0);
        CHECK(result.end.id == kId);
        CHECK(result.end.offset == journal().size());
        CHECK(result.end.number == 6);
    }
}

TEST_CASE("journal: the name and the end of the snapshot are told") {
    const std::string text = journal();
    std::size_t before = 0;
    bool ended = false;
    JournalReader reader("app", [&](Effects&&) { before += ended ? 0 : 1; });
    reader.on_snapshot_end([&] { ended = true; });
    CHECK(reader.feed(text));
    CHECK(ended);
    CHECK(before == groups().size());
    CHECK(reader.name().replaced == 7);
    CHECK(reader.snapshot_bytes() == line_starts(text)[5]);
}

TEST_CASE("journal: it is text that a person can read") {
    std::string line;
    store::append_group(line, 12, {"SET a b", "DEL c"});
    CHECK(line.substr(0, 3) == "12 ");
    CHECK(line.substr(11) == " +SET a b\tDEL c\n");
}

TEST_CASE("journal: cut anywhere, it holds the groups that are whole and no part of another") {
    const std::string text = journal();
    const std::vector<std::size_t> starts = line_starts(text);
    const std::size_t all = read(text).groups.size();
    for (std::size_t length = 0; length < text.size(); ++length) {
        CAPTURE(length);
        const Read result = read(std::string_view(text).substr(0, length));
        CHECK(!result.damage);
        CHECK(result.end.offset == line_start(text, length));
        CHECK(result.torn == length - result.end.offset);
        CHECK(result.groups.size() < all);
    }
}

TEST_CASE("journal: a byte that is another one is found, with the line's offset") {
    const std::string text = journal();
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        for (const char flip : {'\x01', '\x20', '\x7f'}) {
            CAPTURE(i);
            std::string damaged = text;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            const Read result = read(damaged);
            REQUIRE(result.damage);
            CHECK(result.damage->offset == line_start(text, i));
        }
    }
}

TEST_CASE("journal: only the very last newline, where it is damaged, looks like a torn line") {
    std::string text = journal();
    text.back() = ' ';
    const Read result = read(text);
    CHECK(!result.damage);
    CHECK(result.torn > 0);
    CHECK(result.groups == groups());
}

TEST_CASE("journal: a line that is missing, doubled or moved is found") {
    const std::string text = journal();
    const std::vector<std::size_t> starts = line_starts(text);
    for (std::size_t i = 1; i + 2 < starts.size(); ++i) {
        CAPTURE(i);
        const std::string line = text.substr(starts[i], starts[i + 1] - starts[i]);
        std::string missing = text;
        missing.erase(starts[i], line.size());
        std::string doubled = text;
        doubled.insert(starts[i], line);
        std::string moved = text.substr(0, starts[i]) + text.substr(starts[i + 1]) + line;
        CHECK(read(missing).damage->offset == starts[i]);
        CHECK(read(doubled).damage->offset == starts[i + 1]);
        CHECK(read(moved).damage->offset == starts[i]);
    }
}

TEST_CASE("journal: other files are refused, with the reason") {
    CHECK(read("#!/bin/sh\n").damage->what == "not the state of a realm");
    CHECK(read("\n").damage->what == "not the state of a realm");
    CHECK(read("session-state 2 app x\n").damage->what ==
          "a format that this version does not know");
    CHECK(read(journal(), std::string::npos, "shop").damage->what == "the state of realm \"app\"");
    CHECK(read("session-state 1 app 0 0\n").damage->what ==
          "a header that does not match its checksum");
    CHECK(read(store::header_line({"app", 0, 0})).damage);
}

TEST_CASE("journal: content that nobody writes is damage though its checksum is right") {
    for (const std::string body :
         {"+\\", "+\\0", "+\\zz", "+\\0G", "+a\tb\\", "+\x80", "+\x01", "@1", "@@", "-a", " "}) {
        CAPTURE(body);
        const std::string summed = "1" + body;
        const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(summed.data()), summed.size());
        std::array<char, 9> hex{};
        std::snprintf(hex.data(), hex.size(), "%08lx", sum);
        const std::string header = store::header_line({"app", kId, 0});
        const Read result = read(header + "1 " + hex.data() + ' ' + body + '\n');
        REQUIRE(result.damage);
        CHECK(result.damage->offset == header.size());
        CHECK(result.damage->what == "a line of unknown content");
    }
}

TEST_CASE("journal: it is read on from where one was") {
    const std::string text = journal();
    for (const std::size_t start : line_starts(text)) {
        if (start == 0) {
            continue;
        }
        const Read first = read(std::string_view(text).substr(0, start));
        std::size_t more = 0;
        JournalReader reader(first.end, [&](Effects&&) { ++more; });
        CHECK(reader.feed(std::string_view(text).substr(start)));
        CHECK(first.groups.size() + more == groups().size() + 1);
        CHECK(reader.end().number == 6);
    }
}
