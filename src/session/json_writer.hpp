// A JSON object in the making, for answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "../jwt/json_text.hpp"

namespace session {

class JsonWriter {
public:
    JsonWriter& raw(std::string_view name, std::string_view json) {
        body_ += body_.size() == 1 ? "\"" : ",\"";
        body_.append(name).append("\":").append(json);
        return *this;
    }
    JsonWriter& text(std::string_view name, std::string_view value) {
        return raw(name, jwt::json_text(value));
    }
    JsonWriter& text_or_null(std::string_view name, std::string_view value) {
        return value.empty() ? raw(name, "null") : text(name, value);
    }
    JsonWriter& number(std::string_view name, std::int64_t value) {
        return raw(name, std::to_string(value));
    }
    JsonWriter& flag(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }

    std::string object() const { return body_ + "}"; }
    std::string line() const { return body_ + "}\n"; }  // as a whole body

private:
    std::string body_ = "{";
};

}  // namespace session
