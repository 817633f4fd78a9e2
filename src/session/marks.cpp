#include "marks.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "ascii.hpp"

namespace session {
namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A time too far for 64 bits is after every token.
std::int64_t read_time(std::string_view digits) {
    std::int64_t time = std::numeric_limits<std::int64_t>::max();
    std::from_chars(digits.data(), digits.data() + digits.size(), time);
    return time;
}

}  // namespace

std::optional<std::int64_t> read_epoch(const redis::Reply& mark) {
    if (mark.type == redis::Reply::Type::nil) {
        return -1;
    }
    if (mark.type != redis::Reply::Type::string || !is_digits(mark.text)) {
        return std::nullopt;
    }
    return read_time(mark.text);
}

Answer is_revoked(const redis::Reply& exists) {
    if (exists.type != redis::Reply::Type::integer || exists.integer < 0 || exists.integer > 1) {
        return Answer::unclear;
    }
    return exists.integer == 1 ? Answer::yes : Answer::no;
}

Answer is_marked(std::int64_t issued, const redis::Reply& mark, bool may_be_all) {
    if (may_be_all && mark.type == redis::Reply::Type::string && mark.text == "*") {
        return Answer::yes;
    }
    const std::optional<std::int64_t> time = read_epoch(mark);
    if (!time) {
        return Answer::unclear;
    }
    return issued <= *time ? Answer::yes : Answer::no;
}

}  // namespace session
