// A JSON object as it grows: members in their order, commas by themselves.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "json_text.hpp"

namespace jwt {

class JsonWriter {
public:
    // Members of the innermost object.
    JsonWriter& raw(std::string_view name, std::string_view json) {
        begin(name);
        text_ += json;
        return *this;
    }
    JsonWriter& text(std::string_view name, std::string_view value) {
        return raw(name, json_text(value));
    }
    JsonWriter& text_or_null(std::string_view name, std::string_view value) {
        return value.empty() ? raw(name, "null") : text(name, value);
    }
    template <typename Number, typename = std::enable_if_t<std::is_integral_v<Number>>>
    JsonWriter& number(std::string_view name, Number value) {
        return raw(name, std::to_string(value));
    }
    JsonWriter& flag(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }
    template <typename Body>
    JsonWriter& object(std::string_view name, Body&& body) {
        begin(name);
        return enclose('{', '}', body);
    }
    template <typename Body>
    JsonWriter& array(std::string_view name, Body&& body) {
        begin(name);
        return enclose('[', ']', body);
    }

    // Elements of the innermost array: as it stands, or an object.
    JsonWriter& element(std::string_view json) {
        separate();
        text_ += json;
        return *this;
    }
    template <typename Body, typename = std::enable_if_t<std::is_invocable_v<Body>>>
    JsonWriter& element(Body&& body) {
        separate();
        return enclose('{', '}', body);
    }

    std::string object() const { return text_ + "}"; }
    std::string line() const { return text_ + "}\n"; }  // as a whole body

private:
    void separate() {
        if (text_.back() != '{' && text_.back() != '[') {
            text_ += ',';
        }
    }
    void begin(std::string_view name) {
        separate();
        text_ += json_text(name);
        text_ += ':';
    }
    template <typename Body>
    JsonWriter& enclose(char open, char close, Body& body) {
        text_ += open;
        body();
        text_ += close;
        return *this;
    }

    std::string text_ = "{";
};

}  // namespace jwt
