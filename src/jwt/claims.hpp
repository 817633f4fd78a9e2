// A JSON object that nobody can change any more: the claims of a token, or its header.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"

namespace jwt {

class Claims {
public:
    // Nothing where the text is not one JSON object within the limits of parse_json_object.
    static std::optional<Claims> parse(std::string json);

    // Whether the member is there at all, as null too.
    bool has(std::string_view name) const;

    // The member where it is a string; the view lives as long as any copy of this object.
    std::optional<std::string_view> string(std::string_view name) const;

    // The member where it is a number, which is always finite: `floor` and `ceil` of it are exact
    // for what fits.
    std::optional<double> number(std::string_view name) const;

    // The member where it is a number written without fraction and exponent.
    std::optional<std::int64_t> integer(std::string_view name) const;

    // The member where it is an object itself.
    std::optional<Claims> object(std::string_view name) const;

    // Whether the member is a string that equals one of the values, or an array that holds one;
    // nothing where it is no string and no array of strings.
    std::optional<bool> matches(std::string_view name,
                                const std::vector<std::string>& values) const;

    // What an nginx variable shows of the member that the path of names leads to: strings unquoted,
    // arrays of strings, numbers and booleans joined by commas, all else as JSON; nothing where it
    // is absent or null. Text that would hold control bytes is given as JSON instead, so that a
    // claim can never break out of a header it is put into.
    std::optional<std::string> text(const std::vector<std::string>& path) const;

    // The whole object as compact JSON, in the order it came, control bytes escaped.
    std::string json() const;

private:
    struct Body;

    explicit Claims(std::shared_ptr<Body> body);

    // Parsed by the library, once somebody needs it; throws std::bad_alloc.
    const json_t* parsed() const;

    std::shared_ptr<Body> body_;
};

}  // namespace jwt
