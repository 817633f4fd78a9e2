#include "../../src/session/rfc3339.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

using session::parse_rfc3339;

TEST_CASE("rfc3339: points in time") {
    CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == 0);
    CHECK(parse_rfc3339("1970-01-01T00:00:01Z") == 1);
    CHECK(parse_rfc3339("2000-02-29T12:34:56Z") == 951827696);
    CHECK(parse_rfc3339("2027-01-31T00:00:00Z") == 1801353600);
    CHECK(parse_rfc3339("2038-01-19T03:14:08Z") == 2147483648);
    CHECK(parse_rfc3339("1969-12-31T23:59:59Z") == -1);
    CHECK(parse_rfc3339("0000-01-01T00:00:00Z") == -62167219200);
    CHECK(parse_rfc3339("0001-01-01T00:00:00Z") == -62135596800);
    CHECK(parse_rfc3339("9999-12-31T23:59:59Z") == 253402300799);
}

TEST_CASE("rfc3339: the examples of the RFC") {
    CHECK(parse_rfc3339("1985-04-12T23:20:50.52Z") == 482196050);
    CHECK(parse_rfc3339("1996-12-19T16:39:57-08:00") == 851042397);
    CHECK(parse_rfc3339("1996-12-20T00:39:57Z") == 851042397);
    CHECK(parse_rfc3339("1990-12-31T23:59:60Z") == 662688000);
    CHECK(parse_rfc3339("1990-12-31T15:59:60-08:00") == 662688000);
    CHECK(parse_rfc3339("1937-01-01T12:00:27.87+00:20") == -1041337173);
}

TEST_CASE("rfc3339: every day follows the one before, for eight centuries") {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::int64_t expected = parse_rfc3339("1600-01-01T00:00:00Z").value();
    CHECK(expected == -11676096000);
    std::size_t wrong = 0;
    for (int year = 1600; year < 2400; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= kDays[month - 1] + (leap && month == 2 ? 1 : 0); ++day) {
                char text[64];
                std::snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, day);
                wrong += parse_rfc3339(text) == expected ? 0 : 1;
                expected += 86400;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("rfc3339: letters of either case") {
    CHECK(parse_rfc3339("1970-01-01t00:00:01z") == 1);
    CHECK(parse_rfc3339("1970-01-01T00:00:01z") == 1);
    CHECK(parse_rfc3339("1970-01-01t00:00:01Z") == 1);
}

TEST_CASE("rfc3339: offsets") {
    CHECK(parse_rfc3339("1970-01-01T00:00:00+00:00") == 0);
    CHECK(parse_rfc3339("1970-01-01T00:00:00-00:00") == 0);
    CHECK(parse_rfc3339("1970-01-01T05:30:00+05:30") == 0);
    CHECK(parse_rfc3339("1969-12-31T19:00:00-05:00") == 0);
    CHECK(parse_rfc3339("1970-01-01T23:59:00+23:59") == 0);
}

TEST_CASE("rfc3339: a fraction is dropped towards the past") {
    CHECK(parse_rfc3339("1970-01-01T00:00:01.0Z") == 1);
    CHECK(parse_rfc3339("1970-01-01T00:00:01.999999999999999999999999Z") == 1);
    CHECK(parse_rfc3339("1969-12-31T23:59:59.9Z") == -1);
    CHECK(parse_rfc3339("1969-12-31T23:59:59.1+00:00") == -1);
}

TEST_CASE("rfc3339: a leap second is the first of the next day, and only at the end of one") {
    CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK(parse_rfc3339("2016-12-31T23:59:60.5Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK(parse_rfc3339("2017-01-01T05:29:60+05:30") == parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("2016-12-31T12:00:60Z"));
    CHECK_FALSE(parse_rfc3339("2016-12-31T23:59:60+01:00"));
    CHECK_FALSE(parse_rfc3339("2016-12-31T23:59:61Z"));
}

TEST_CASE("rfc3339: days that no calendar has") {
    for (const char* day :
         {"2023-02-29", "2100-02-29", "1900-02-29", "2024-02-30", "2023-04-31", "2023-06-31",
          "2023-09-31", "2023-11-31", "2023-01-32", "2023-01-00", "2023-00-01", "2023-13-01"}) {
        CAPTURE(day);
        CHECK_FALSE(parse_rfc3339(std::string(day) + "T00:00:00Z"));
    }
    CHECK(parse_rfc3339("2024-02-29T00:00:00Z"));
    CHECK(parse_rfc3339("2000-02-29T00:00:00Z"));
    CHECK(parse_rfc3339("2400-02-29T00:00:00Z"));
}

TEST_CASE("rfc3339: times that no clock shows") {
    for (const char* time : {"24:00:00Z", "23:60:00Z", "99:00:00Z", "00:00:99Z", "00:00:00+24:00",
                             "00:00:00+00:60", "00:00:00-99:99"}) {
        CAPTURE(time);
        CHECK_FALSE(parse_rfc3339(std::string("2023-01-01T") + time));
    }
}

TEST_CASE("rfc3339: other texts") {
    for (const char* text : {"",
                             "0",
                             "1801353600",
                             "2027-01-31",
                             "2027-01-31T00:00:00",
                             "2027-01-31 00:00:00Z",
                             "2027-01-31T00:00Z",
                             "20270131T000000Z",
                             "2027-1-31T00:00:00Z",
                             "2027-01-31T0:00:00Z",
                             "027-01-31T00:00:00Z",
                             "12027-01-31T00:00:00Z",
                             "+2027-01-31T00:00:00Z",
                             "-2027-01-31T00:00:00Z",
                             "2027/01/31T00:00:00Z",
                             "2027-01-31T00.00.00Z",
                             "2027-01-31T00:00:00.Z",
                             "2027-01-31T00:00:00,5Z",
                             "2027-01-31T00:00:00.5",
                             "2027-01-31T00:00:00.-5Z",
                             "2027-01-31T00:00:00Z ",
                             " 2027-01-31T00:00:00Z",
                             "2027-01-31T00:00:00ZZ",
                             "2027-01-31T00:00:00Z+00:00",
                             "2027-01-31T00:00:00+0000",
                             "2027-01-31T00:00:00+00",
                             "2027-01-31T00:00:00+1:00",
                             "2027-01-31T00:00:00UTC",
                             "2027-01-31T00:00:+1Z",
                             "2027-01-31T 0:00:00Z",
                             "2027-01-31T00:00:00Z\n"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text));
    }
    CHECK_FALSE(parse_rfc3339(std::string_view("2027-01-31T00:00:00Z\0", 21)));
    CHECK_FALSE(parse_rfc3339(std::string_view("2027\0-01-31T00:00:00Z", 21)));
}

TEST_CASE("rfc3339: every prefix of a time is none") {
    const std::string_view whole = "2027-01-31T00:00:00.25+05:30";
    CHECK(parse_rfc3339(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(parse_rfc3339(whole.substr(0, size)));
    }
}
