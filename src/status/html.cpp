#include "html.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace status {
namespace {

std::string attribute(std::string_view name, const std::string& value) {
    return " " + std::string(name) + "=\"" + value + "\"";
}

// In thousandths: SVG takes decimals, and no locale can change them.
std::string decimal(Number numerator, Number denominator) {
    return denominator == 0 ? "0" : seconds(numerator * 1000 / denominator, 3);
}

std::string rectangle(const std::string& style, const std::string& x, const std::string& y,
                      const std::string& width, const std::string& height,
                      const std::string& title) {
    return "<rect" + attribute("class", style) + attribute("x", x) + attribute("y", y) +
           attribute("width", width) + attribute("height", height) + ">" +
           (title.empty() ? "" : "<title>" + escaped(title) + "</title>") + "</rect>";
}

std::string drawing(std::string_view shape, Number width, Number height, const std::string& what,
                    const std::string& label) {
    return "<svg" + attribute("class", std::string(shape)) + attribute("role", "img") +
           attribute("aria-label", escaped(label)) +
           attribute("viewBox", "0 0 " + std::to_string(width) + " " + std::to_string(height)) +
           attribute("preserveAspectRatio", "none") + ">" + what + "</svg>";
}

Number total(const std::vector<Part>& parts) {
    return std::accumulate(parts.begin(), parts.end(), Number{0},
                           [](Number sum, const Part& part) { return sum + part.number; });
}

std::string when(std::size_t minutes_ago) {
    return minutes_ago == 0 ? "this minute" : std::to_string(minutes_ago) + " min ago";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string value;
    for (const char byte : text) {
        switch (byte) {
            case '&':
                value += "&amp;";
                break;
            case '<':
                value += "&lt;";
                break;
            case '>':
                value += "&gt;";
                break;
            case '"':
                value += "&quot;";
                break;
            default:
                value += byte;
        }
    }
    return value;
}

std::string grouped(Number number) {
    std::string digits = std::to_string(number);
    for (std::size_t end = digits.size(); end > 3; end -= 3) {
        digits.insert(end - 3, ",");
    }
    return digits;
}

std::string percent(Number part, Number whole) {
    return whole == 0 ? "–" : seconds(part * 1000 / whole, 1) + " %";
}

std::string ago(std::int64_t time, std::int64_t now) {
    if (time == 0) {
        return "never";
    }
    struct Unit {
        std::int64_t seconds;
        const char* name;
    };
    constexpr Unit kUnits[] = {
        {86400, " d ago"}, {3600, " h ago"}, {60, " min ago"}, {1, " s ago"}};
    const std::int64_t age = std::max<std::int64_t>(now - time, 0);
    for (const Unit& unit : kUnits) {
        if (age >= unit.seconds) {
            return std::to_string(age / unit.seconds) + unit.name;
        }
    }
    return "now";
}

std::string bytes(Number number) {
    constexpr Number kKilo = 1024;
    return number < kKilo * kKilo ? grouped(number / kKilo) + " kB"
                                  : seconds(number * 10 / kKilo / kKilo, 1) + " MB";
}

std::string share_bar(const std::vector<Part>& parts) {
    const Number whole = total(parts);
    std::string bars = rectangle("track", "0", "0", "100", "1", "");
    Number before = 0;
    for (const Part& part : parts) {
        if (part.number != 0) {
            bars += rectangle(part.style, decimal(before * 100, whole), "0",
                              decimal(part.number * 100, whole), "1",
                              part.label + ": " + grouped(part.number));
            before += part.number;
        }
    }
    return drawing("share", 100, 1, bars, "shares");
}

std::string fill_bar(Number part, Number whole) {
    return drawing("fill", 100, 1,
                   rectangle("track", "0", "0", "100", "1", "") +
                       rectangle("s0", "0", "0", decimal(part * 100, whole), "1", ""),
                   percent(part, whole));
}

std::string column(Number part, Number whole, std::string_view label) {
    const std::string told = std::string(label) + ": " + grouped(part);
    return drawing("column", 1, 100,
                   rectangle("track", "0", "0", "1", "100", told) +
                       rectangle("s0", "0", decimal((whole - part) * 100, whole), "1",
                                 decimal(part * 100, whole), told),
                   told);
}

Number highest(const std::vector<Series>& series) {
    Number most = 0;
    const std::size_t minutes = series.empty() ? 0 : series.front().minutes.size();
    for (std::size_t i = 0; i < minutes; ++i) {
        Number sum = 0;
        for (const Series& one : series) {
            sum += one.minutes[i];
        }
        most = std::max(most, sum);
    }
    return most;
}

std::string hour_chart(const std::vector<Series>& series, const std::vector<std::string>& styles,
                       std::string_view shape) {
    constexpr Number kHeight = 100;
    const Number most = std::max<Number>(highest(series), 1);
    const std::size_t minutes = series.empty() ? 0 : series.front().minutes.size();
    std::string bars;
    for (std::size_t i = 0; i < minutes; ++i) {
        Number below = 0;
        std::string told = when(minutes - 1 - i);
        std::string stack;
        for (std::size_t k = 0; k < series.size(); ++k) {
            const Number number = series[k].minutes[i];
            if (number != 0) {
                below += number;
                told += ", " + series[k].name + " " + grouped(number);
                stack += rectangle(styles[k], std::to_string(i) + ".1",
                                   decimal((most - below) * kHeight, most), "0.8",
                                   decimal(number * kHeight, most), "");
            }
        }
        if (!stack.empty()) {
            bars += "<g>" + stack + "<title>" + escaped(told) + "</title></g>";
        }
    }
    return drawing(shape, minutes, kHeight, bars, "a bar a minute, for an hour");
}

std::string legend(const std::vector<Part>& parts) {
    std::string items;
    for (const Part& part : parts) {
        items += "<li><span class=\"key " + part.style + "\"></span>" + escaped(part.label) +
                 " <b>" + grouped(part.number) + "</b></li>";
    }
    return "<ul class=\"legend\">" + items + "</ul>";
}

}  // namespace status
