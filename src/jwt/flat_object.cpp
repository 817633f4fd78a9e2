#include "flat_object.hpp"

#include <array>
#include <cstring>

namespace jwt {

namespace {

using Member = FlatObject::Member;

constexpr std::size_t kMaxDigits = 15;  // of which each number is exact as a double too

template <typename Word>
std::uint64_t word_at(const char* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof(word));
    return word;
}

// Of its first bytes: among names of one length and up to eight bytes each has its own.
std::uint64_t tag_of(std::string_view name) {
    const char* const first = name.data();
    const std::size_t size = name.size();
    if (size >= sizeof(std::uint64_t)) {
        return word_at<std::uint64_t>(first);
    }
    if (size >= sizeof(std::uint32_t)) {
        return word_at<std::uint32_t>(first) |
               word_at<std::uint32_t>(first + size - sizeof(std::uint32_t)) << 32;
    }
    if (size >= sizeof(std::uint16_t)) {
        return word_at<std::uint16_t>(first) | word_at<std::uint8_t>(first + size - 1) << 16;
    }
    return size == 0 ? 0 : word_at<std::uint8_t>(first);
}

// One of 64, by all bytes of the tag.
std::uint64_t bit_of(std::uint64_t tag) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    return std::uint64_t{1} << (tag * kOdd >> 58);
}

bool is_named(const Member& member, std::string_view name, std::uint64_t tag) {
    return member.tag == tag && member.name.size() == name.size() &&
           (name.size() <= sizeof(tag) || member.name == name);
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr std::array<bool, 256> make_plain() {
    std::array<bool, 256> plain{};
    for (std::size_t byte = ' '; byte <= '~'; ++byte) {
        plain[byte] = byte != '"' && byte != '\\';
    }
    return plain;
}

constexpr auto kPlain = make_plain();

// What stands for itself in a string.
bool is_plain(char c) {
    return kPlain[static_cast<unsigned char>(c)];
}

// Reads from left to right; whatever a function does not find, it leaves.
class Reader {
public:
    explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    bool at_end() const { return at_ == end_; }

    // Blanks, then the byte.
    bool take(char byte) {
        skip_blanks();
        if (at_ == end_ || *at_ != byte) {
            return false;
        }
        ++at_;
        return true;
    }

    void skip_blanks() {
        while (at_ != end_ && is_blank(*at_)) {
            ++at_;
        }
    }

    bool string(std::string_view& text) {
        if (!take('"')) {
            return false;
        }
        const char* const start = at_;
        while (at_ != end_ && is_plain(*at_)) {
            ++at_;
        }
        text = {start, static_cast<std::size_t>(at_ - start)};
        return at_ != end_ && *at_++ == '"';
    }

    bool value(Member& member) {
        skip_blanks();
        if (at_ == end_) {
            return false;
        }
        if (*at_ == '"') {
            member.kind = Member::Kind::string;
            return string(member.text);
        }
        if (is_digit(*at_)) {
            member.kind = Member::Kind::integer;
            return integer(member.number);
        }
        member.kind = Member::Kind::literal;
        return word("true") || word("false") || word("null");
    }

private:
    // A fraction or an exponent behind it is neither a comma nor a brace, and ends the reading.
    bool integer(std::int64_t& number) {
        const char* const start = at_;
        number = 0;
        while (at_ != end_ && is_digit(*at_) && at_ - start < static_cast<int>(kMaxDigits)) {
            number = number * 10 + (*at_++ - '0');
        }
        return *start != '0' || at_ - start == 1;
    }

    bool word(std::string_view text) {
        if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, text.size()) !=
            text) {
            return false;
        }
        at_ += text.size();
        return true;
    }

    const char* at_;
    const char* end_;
};

}  // namespace

bool FlatObject::read(std::string_view json) {
    Reader reader(json);
    if (!reader.take('{')) {
        return false;
    }
    bool more = !reader.take('}');
    while (more) {
        Member member;
        if (!reader.string(member.name) || !reader.take(':') || !reader.value(member) ||
            !add(member)) {
            return false;
        }
        more = reader.take(',');
        if (!more && !reader.take('}')) {
            return false;
        }
    }
    reader.skip_blanks();
    return reader.at_end();
}

const Member* FlatObject::find(std::string_view name) const {
    return find(name, tag_of(name));
}

const Member* FlatObject::find(std::string_view name, std::uint64_t tag) const {
    if ((tags_ & bit_of(tag)) == 0) {
        return nullptr;
    }
    for (std::size_t i = 0; i < size_; ++i) {
        if (is_named(members_[i], name, tag)) {
            return &members_[i];
        }
    }
    return nullptr;
}

// False where the name is there already.
bool FlatObject::add(const Member& member) {
    const std::uint64_t tag = tag_of(member.name);
    if (size_ == kMaxMembers || find(member.name, tag) != nullptr) {
        return false;
    }
    members_[size_] = member;
    members_[size_++].tag = tag;
    tags_ |= bit_of(tag);
    return true;
}

}  // namespace jwt
