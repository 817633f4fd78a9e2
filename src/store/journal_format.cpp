#include "journal_format.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace store {
namespace {

constexpr std::string_view kMagic = "session-state ";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kHex32 = 8;
constexpr std::size_t kHex64 = 16;
constexpr char kGroup = '+';
constexpr char kSnapshotEnd = '@';
constexpr char kSeparator = '\t';
constexpr std::size_t kLongestLine = std::size_t{256} << 20;

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(std::string& text, std::uint64_t value, std::size_t digits) {
    for (std::size_t i = digits; i-- > 0;) {
        text += kHexDigits[(value >> (4 * i)) & 0xf];
    }
}

int hex_digit(char byte) {
    const std::size_t digit = kHexDigits.find(byte);
    return digit == std::string_view::npos ? -1 : static_cast<int>(digit);
}

template <typename Number>
std::optional<Number> read_number(std::string_view text, int base) {
    Number number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number, base);
    return fault == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

// Only as it was written.
std::optional<std::uint64_t> read_hex(std::string_view text, std::size_t digits) {
    const bool plain = text.find_first_not_of(kHexDigits) == std::string_view::npos;
    return text.size() == digits && plain ? read_number<std::uint64_t>(text, 16) : std::nullopt;
}

std::uint32_t checksum(std::string_view number, std::string_view body) {
    uLong sum = 0;
    for (const std::string_view part : {number, body}) {
        if (!part.empty()) {  // of null zlib would begin anew
            sum = crc32_z(sum, reinterpret_cast<const Bytef*>(part.data()), part.size());
        }
    }
    return static_cast<std::uint32_t>(sum);
}

bool is_plain(char byte) {
    return byte >= ' ' && byte <= '~' && byte != '\\';
}

void append_escaped(std::string& text, std::string_view bytes) {
    for (const char byte : bytes) {
        if (is_plain(byte)) {
            text += byte;
        } else {
            text += '\\';
            append_hex(text, static_cast<unsigned char>(byte), 2);
        }
    }
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_plain(text[i])) {
            bytes += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (text[i] != '\\' || high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return bytes;
}

std::optional<Effects> read_effects(std::string_view text) {
    Effects effects;
    for (bool more = true; more;) {
        const std::size_t end = text.find(kSeparator);
        more = end != std::string_view::npos;
        auto effect = unescaped(text.substr(0, end));
        if (!effect) {
            return std::nullopt;
        }
        effects.push_back(*std::move(effect));
        text.remove_prefix(more ? end + 1 : text.size());
    }
    return effects;
}

void append_line(std::string& lines, std::uint64_t number, std::string_view body) {
    std::array<char, 20> digits{};
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    lines += text;
    lines += ' ';
    append_hex(lines, checksum(text, body), kHex32);
    lines += ' ';
    lines += body;
    lines += '\n';
}

// Takes what stands before the next blank out of the text.
std::string_view take_word(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
}

}  // namespace

std::string header_line(const JournalName& name) {
    std::string line = std::string(kMagic) + std::string(kVersion) + ' ' + name.realm + ' ';
    append_hex(line, name.id, kHex64);
    line += ' ';
    append_hex(line, name.replaced, kHex64);
    const std::uint32_t sum = checksum(line, {});
    line += ' ';
    append_hex(line, sum, kHex32);
    line += '\n';
    return line;
}

void append_group(std::string& lines, std::uint64_t number, const Effects& effects) {
    std::string body;
    for (const std::string& effect : effects) {
        body += body.empty() ? kGroup : kSeparator;
        append_escaped(body, effect);
    }
    append_line(lines, number, body);
}

void append_snapshot_end(std::string& lines, std::uint64_t number) {
    append_line(lines, number, std::string(1, kSnapshotEnd));
}

JournalReader::JournalReader(std::string realm, TakeGroup group) : group_(std::move(group)) {
    name_.realm = std::move(realm);
}

JournalReader::JournalReader(const JournalEnd& end, TakeGroup group)
    : group_(std::move(group)), end_(end) {}

bool JournalReader::fail(std::string what) {
    damage_ = {end_.offset, std::move(what)};
    return false;
}

bool JournalReader::feed(std::string_view bytes) {
    if (damage_) {
        return false;
    }
    rest_ += bytes;
    std::size_t begin = 0;
    for (;;) {
        const std::size_t end = rest_.find('\n', std::max(begin, searched_));
        if (end == std::string::npos) {
            break;
        }
        if (!take_line(std::string_view(rest_).substr(begin, end - begin))) {
            return false;
        }
        end_.offset += end + 1 - begin;
        begin = end + 1;
    }
    rest_.erase(0, begin);
    searched_ = rest_.size();
    return rest_.size() <= kLongestLine || fail("a line without an end");
}

bool JournalReader::take_line(std::string_view line) {
    if (end_.id == 0) {
        return take_header(line);
    }
    const std::string_view number = take_word(line);
    const auto sum = read_hex(take_word(line), kHex32);
    if (!sum || *sum != checksum(number, line)) {
        return fail("a line that does not match its checksum");
    }
    if (read_number<std::uint64_t>(number, 10) != end_.number + 1) {
        return fail("a line that does not follow the one before it");
    }
    if (!take_body(line)) {
        return fail("a line of unknown content");
    }
    ++end_.number;
    if (line.front() == kSnapshotEnd && snapshot_bytes_ == 0) {
        snapshot_bytes_ = end_.offset;
    }
    return true;
}

bool JournalReader::take_header(std::string_view line) {
    const std::string_view whole = line;
    if (line.substr(0, kMagic.size()) != kMagic) {
        return fail("not the state of a realm");
    }
    take_word(line);
    if (take_word(line) != kVersion) {
        return fail("a format that this version does not know");
    }
    const std::string_view realm = take_word(line);
    const auto id = read_hex(take_word(line), kHex64);
    const auto replaced = read_hex(take_word(line), kHex64);
    const auto sum = read_hex(line, kHex32);
    if (!id || *id == 0 || !replaced || !sum ||
        *sum != checksum(whole.substr(0, whole.size() - kHex32 - 1), {})) {
        return fail("a header that does not match its checksum");
    }
    if (realm != name_.realm) {
        return fail("the state of realm \"" + std::string(realm) + "\"");
    }
    name_.replaced = *replaced;
    name_.id = end_.id = *id;
    return true;
}

bool JournalReader::take_body(std::string_view body) {
    if (body.empty()) {
        return false;
    }
    if (body.size() == 1 && body.front() == kSnapshotEnd) {
        if (snapshot_end_) {
            snapshot_end_();
        }
        return true;
    }
    auto effects = body.front() == kGroup ? read_effects(body.substr(1)) : std::nullopt;
    if (!effects) {
        return false;
    }
    group_(*std::move(effects));
    return true;
}

}  // namespace store
