// Pieces of the page: text, numbers and what is drawn of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot.hpp"

namespace status {

// For text and for attributes in double quotes.
std::string escaped(std::string_view text);

// "12,345".
std::string grouped(Number number);

// "98.3 %" of a whole; a dash where that is nothing.
std::string percent(Number part, Number whole);

// "5 min ago"; "never" for 0.
std::string ago(std::int64_t time, std::int64_t now);

// "1.5 MB".
std::string bytes(Number number);

// A part of something that is drawn, in the colour of a class of the style.
struct Part {
    std::string style;
    std::string label;
    Number number = 0;
};

// One bar, divided.
std::string share_bar(const std::vector<Part>& parts);

// One bar, filled.
std::string fill_bar(Number part, Number whole);

// One bar that stands.
std::string column(Number part, Number whole, std::string_view label);

// A bar a minute, the series on top of each other.
std::string hour_chart(const std::vector<Series>& series, const std::vector<std::string>& styles,
                       std::string_view shape);

// The most that one bar of such a chart shows.
Number highest(const std::vector<Series>& series);

// A list of what the colours mean, with numbers.
std::string legend(const std::vector<Part>& parts);

}  // namespace status
