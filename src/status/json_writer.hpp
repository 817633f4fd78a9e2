// JSON as it grows: objects and arrays are opened and closed, commas come by themselves.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "../jwt/json_text.hpp"

namespace status {

class JsonWriter {
public:
    // A value of the innermost object, or of the innermost array without a name.
    JsonWriter& name(std::string_view name) {
        separate();
        text_ += jwt::json_text(name);
        text_ += ':';
        return *this;
    }
    void text(std::string_view value) { raw(jwt::json_text(value)); }
    void raw(std::string_view value) {  // as it stands: a number, true, null
        separate();
        text_ += value;
    }
    void number(std::uint64_t value) { raw(std::to_string(value)); }
    void boolean(bool value) { raw(value ? "true" : "false"); }

    template <typename Body>
    void object(Body&& body) {
        enclose('{', '}', body);
    }
    template <typename Body>
    void array(Body&& body) {
        enclose('[', ']', body);
    }

    std::string take() { return std::move(text_); }

private:
    void separate() {
        const char last = text_.empty() ? '{' : text_.back();
        if (last != '{' && last != '[' && last != ':') {
            text_ += ',';
        }
    }

    template <typename Body>
    void enclose(char open, char close, Body& body) {
        separate();
        text_ += open;
        body();
        text_ += close;
    }

    std::string text_;
};

}  // namespace status
