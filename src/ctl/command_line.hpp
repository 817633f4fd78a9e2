// The words of the command line: options with their values, and what stands beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ctl {

struct Option {
    std::string_view name;  // without its dashes
    bool has_value = true;
    bool repeats = false;
};

class CommandLine {
public:
    // "--name value" and "--name=value"; "--" ends the options. Throws Failure where a word is none
    // of the options, has no value, or stands there twice.
    CommandLine(const std::vector<std::string>& words, const std::vector<Option>& options);

    bool has(std::string_view name) const { return !all(name).empty(); }
    std::optional<std::string> value(std::string_view name) const;
    std::string value_or(std::string_view name, std::string_view other) const;
    std::string required(std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;

    std::optional<std::int64_t> number(std::string_view name, std::int64_t most) const;

    // Times: seconds of "90s" or "1h30m"; a point as "now", a Unix time, or as RFC 3339 writes it.
    std::optional<std::int64_t> span(std::string_view name) const;
    std::optional<std::int64_t> point(std::string_view name, std::int64_t now) const;

    const std::vector<std::string>& operands() const { return operands_; }

private:
    std::size_t read_option(const std::vector<std::string>& words, std::size_t at,
                            const std::vector<Option>& options);

    std::vector<std::pair<std::string, std::string>> values_;
    std::vector<std::string> operands_;
};

}  // namespace ctl
