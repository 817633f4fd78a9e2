// The JSON objects that most tokens are made of, read in place: no nesting, no escapes, no byte
// beyond printable ASCII, no number but a whole one. All else is left to the library, which is
// dearer than the signature of such a token.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jwt {

class FlatObject {
public:
    struct Member {
        enum class Kind : std::uint8_t { string, integer, literal };  // true, false or null

        std::uint64_t tag = 0;  // of the name: most differ in it
        std::string_view name;  // a view into the JSON, as `text`
        std::string_view text;  // of a string
        std::int64_t number = 0;
        Kind kind = Kind::literal;
    };

    // Once. False where the text is not such an object, which does not mean that it is no JSON.
    bool read(std::string_view json);

    // The member, or null.
    const Member* find(std::string_view name) const;

private:
    static constexpr std::size_t kMaxMembers = 16;

    bool add(const Member& member);
    const Member* find(std::string_view name, std::uint64_t tag) const;

    std::array<Member, kMaxMembers> members_;
    std::size_t size_ = 0;
    std::uint64_t tags_ = 0;  // a bit for each tag: most names that are asked for are not there
};

}  // namespace jwt
