#include "command_line.hpp"

#include <algorithm>
#include <charconv>

#include "../session/ascii.hpp"
#include "../session/rfc3339.hpp"
#include "failure.hpp"

namespace ctl {
namespace {

constexpr std::int64_t kLongest = std::int64_t{100} * 366 * 24 * 3600;  // seconds

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end && number >= 0 ? std::optional(number)
                                                              : std::nullopt;
}

std::int64_t seconds_of(char unit) {
    static constexpr std::pair<char, std::int64_t> kUnits[] = {
        {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400},
    };
    for (const auto& [letter, seconds] : kUnits) {
        if (letter == unit) {
            return seconds;
        }
    }
    return 0;
}

std::optional<std::int64_t> parse_span(std::string_view text) {
    std::int64_t sum = 0;
    if (text.empty()) {
        return std::nullopt;
    }
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto number = parse_number(text.substr(0, digits));
        const std::int64_t unit = digits < text.size() ? seconds_of(text[digits]) : 1;
        if (!number || unit == 0 || *number > kLongest / unit) {
            return std::nullopt;
        }
        sum += *number * unit;
        text.remove_prefix(std::min(digits + 1, text.size()));
    }
    return sum <= kLongest ? std::optional(sum) : std::nullopt;
}

}  // namespace

CommandLine::CommandLine(const std::vector<std::string>& words,
                         const std::vector<Option>& options) {
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (words[at] == "--") {
            operands_.insert(operands_.end(), words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                             words.end());
            return;
        }
        if (words[at].size() > 2 && words[at].compare(0, 2, "--") == 0) {
            at += read_option(words, at, options);
        } else if (words[at].size() > 1 && words[at].front() == '-') {
            throw usage("no such option: " + words[at]);
        } else {
            operands_.push_back(words[at]);
        }
    }
}

// How many words more than the option's own it took.
std::size_t CommandLine::read_option(const std::vector<std::string>& words, std::size_t at,
                                     const std::vector<Option>& options) {
    std::string_view word = std::string_view(words[at]).substr(2);
    const bool joined = word.find('=') != std::string_view::npos;
    const std::string_view name = session::cut(word, '=');
    const auto option = std::find_if(options.begin(), options.end(),
                                     [name](const Option& known) { return known.name == name; });
    const std::string shown = "--" + std::string(name);
    if (option == options.end()) {
        throw usage("no such option: " + shown);
    }
    if (!option->repeats && has(name)) {
        throw usage(shown + " stands there twice");
    }
    if (!option->has_value) {
        if (joined) {
            throw usage(shown + " takes no value");
        }
        values_.emplace_back(name, "");
        return 0;
    }
    if (joined) {
        values_.emplace_back(name, word);
        return 0;
    }
    if (at + 1 == words.size()) {
        throw usage(shown + " needs a value");
    }
    values_.emplace_back(name, words[at + 1]);
    return 1;
}

std::optional<std::string> CommandLine::value(std::string_view name) const {
    const auto values = all(name);
    return values.empty() ? std::nullopt : std::optional(values.front());
}

std::string CommandLine::value_or(std::string_view name, std::string_view other) const {
    return value(name).value_or(std::string(other));
}

std::string CommandLine::required(std::string_view name) const {
    const auto found = value(name);
    if (!found || found->empty()) {
        throw usage("--" + std::string(name) + " is missing");
    }
    return *found;
}

std::vector<std::string> CommandLine::all(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [known, value] : values_) {
        if (known == name) {
            found.push_back(value);
        }
    }
    return found;
}

std::optional<std::int64_t> CommandLine::number(std::string_view name, std::int64_t most) const {
    const auto text = value(name);
    if (!text) {
        return std::nullopt;
    }
    const auto number = parse_number(*text);
    if (!number || *number > most) {
        throw usage("--" + std::string(name) + " is a number, not \"" + *text + "\"");
    }
    return number;
}

std::optional<std::int64_t> CommandLine::span(std::string_view name) const {
    const auto text = value(name);
    if (!text) {
        return std::nullopt;
    }
    const auto seconds = parse_span(*text);
    if (!seconds) {
        throw usage("--" + std::string(name) + " is a time such as 90s, 15m or 1h30m, not \"" +
                    *text + "\"");
    }
    return seconds;
}

std::optional<std::int64_t> CommandLine::point(std::string_view name, std::int64_t now) const {
    const auto text = value(name);
    if (!text) {
        return std::nullopt;
    }
    if (*text == "now") {
        return now;
    }
    const auto number = parse_number(*text);
    const auto time = number ? number : session::parse_rfc3339(*text);
    if (!time) {
        throw usage("--" + std::string(name) +
                    " is \"now\", a Unix time in seconds or such as 2027-01-31T00:00:00Z, not \"" +
                    *text + "\"");
    }
    return time;
}

}  // namespace ctl
