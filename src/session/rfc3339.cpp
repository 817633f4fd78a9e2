#include "rfc3339.hpp"

#include <cstddef>

#include "ascii.hpp"

namespace session {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// What is left of the text; each step takes what it reads, or fails.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }

    // One of the characters; 0 where it is another.
    char take(std::string_view choice) {
        if (rest_.empty() || choice.find(rest_.front()) == std::string_view::npos) {
            return 0;
        }
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }

    // Exactly so many digits, between the bounds.
    bool number(std::size_t digits, int low, int high, int& value) {
        value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char digit = take("0123456789");
            if (digit == 0) {
                return false;
            }
            value = value * 10 + (digit - '0');
        }
        return value >= low && value <= high;
    }

private:
    std::string_view rest_;
};

int days_of_month(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
}

// Days since 1970-01-01 in the Gregorian calendar. Years begin in March, so that the leap day is
// their last.
std::int64_t days_from_civil(int year, int month, int day) {
    const std::int64_t march_year = month > 2 ? year : year - 1;
    const std::int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400;
    const std::int64_t year_of_era = march_year - era * 400;
    const std::int64_t month_from_march = (month + 9) % 12;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool read_date(Cursor& text, std::int64_t& days) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!text.number(4, 0, 9999, year) || !text.take("-") || !text.number(2, 1, 12, month) ||
        !text.take("-") || !text.number(2, 1, days_of_month(year, month), day)) {
        return false;
    }
    days = days_from_civil(year, month, day);
    return true;
}

bool read_fraction(Cursor& text) {
    if (!text.take(".")) {
        return true;
    }
    bool any = false;
    while (text.take("0123456789")) {
        any = true;
    }
    return any;
}

bool read_time(Cursor& text, std::int64_t& seconds, bool& leap) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!text.number(2, 0, 23, hour) || !text.take(":") || !text.number(2, 0, 59, minute) ||
        !text.take(":") || !text.number(2, 0, 60, second) || !read_fraction(text)) {
        return false;
    }
    seconds = hour * kHour + minute * kMinute + second;
    leap = second == 60;
    return true;
}

// Seconds east of UTC.
bool read_offset(Cursor& text, std::int64_t& offset) {
    const char sign = text.take("Zz+-");
    if (sign == 'Z' || sign == 'z') {
        offset = 0;
        return true;
    }
    int hours = 0;
    int minutes = 0;
    if (sign == 0 || !text.number(2, 0, 23, hours) || !text.take(":") ||
        !text.number(2, 0, 59, minutes)) {
        return false;
    }
    offset = (hours * kHour + minutes * kMinute) * (sign == '-' ? -1 : 1);
    return true;
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
    Cursor cursor(text);
    std::int64_t days = 0;
    std::int64_t seconds = 0;
    std::int64_t offset = 0;
    bool leap = false;
    if (!read_date(cursor, days) || !cursor.take("Tt") || !read_time(cursor, seconds, leap) ||
        !read_offset(cursor, offset) || !cursor.done()) {
        return std::nullopt;
    }
    const std::int64_t time = days * kDay + seconds - offset;
    if (leap && time % kDay != 0) {
        return std::nullopt;
    }
    return time;
}

}  // namespace session
