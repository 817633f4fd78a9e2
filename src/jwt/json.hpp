// JSON objects within limits (RFC 8259), for this folder only: all others read `Claims`.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

struct json_t;

namespace jwt {

inline constexpr std::size_t kMaxJsonDepth = 32;

struct JsonRelease {
    void operator()(json_t* value) const;
};

using Json = std::unique_ptr<json_t, JsonRelease>;

// Null where the text is not one JSON object, names a member twice, nests deeper than
// kMaxJsonDepth, has a NUL, a number that no double or 64-bit integer holds, or is not UTF-8.
Json parse_json_object(std::string_view text);

// The member, or null; `object` may be null or no object.
const json_t* json_member(const json_t* object, std::string_view name);

// The text where the value is a string; the view lives as long as the value.
std::optional<std::string_view> json_string(const json_t* value);

}  // namespace jwt
