// A JSON object that somebody sent, read member by member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"

namespace jwt {

class Document {
public:
    // Nothing where the text is not one JSON object within the limits of parse_json_object.
    static std::optional<Document> parse(std::string_view json);

    std::vector<std::string> names() const;  // in their order

    // Whether the member is there and not null.
    bool has(std::string_view name) const;

    // The member where it is of that type; an integer is written without fraction and exponent.
    std::optional<std::string> string(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::string> object(std::string_view name) const;  // compact JSON

    // The objects among the elements of the member, compact; none where it is no array.
    std::vector<std::string> objects(std::string_view name) const;

private:
    explicit Document(Json object);

    Json object_;
};

}  // namespace jwt
