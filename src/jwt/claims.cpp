#include "claims.hpp"

#include <jansson.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "text.hpp"

namespace jwt {

namespace {

struct Free {
    void operator()(char* text) const { std::free(text); }
};

std::string dump(const json_t* value) {
    const std::unique_ptr<char, Free> dumped(json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY));
    if (dumped == nullptr) {
        throw std::bad_alloc();
    }
    std::string text(dumped.get());
    // jansson escapes the other control bytes. Outside of strings JSON has none.
    for (std::size_t at = text.find(kDelete); at != std::string::npos;
         at = text.find(kDelete, at)) {
        text.replace(at, 1, "\\u007f");
    }
    return text;
}

bool is_scalar(const json_t* value) {
    return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
}

std::string show_scalar(const json_t* value) {
    if (const auto text = json_string(value)) {
        return std::string(*text);
    }
    return dump(value);
}

// Nothing where an element is no scalar.
std::optional<std::string> join(const json_t* array) {
    std::string text;
    for (std::size_t i = 0; i < json_array_size(array); ++i) {
        const json_t* element = json_array_get(array, i);
        if (!is_scalar(element)) {
            return std::nullopt;
        }
        if (i > 0) {
            text += ',';
        }
        text += show_scalar(element);
    }
    return text;
}

}  // namespace

Claims::Claims(std::shared_ptr<json_t> object) : object_(std::move(object)) {}

std::optional<Claims> Claims::parse(std::string_view json) {
    Json object = parse_json_object(json);
    if (object == nullptr) {
        return std::nullopt;
    }
    return Claims(std::move(object));
}

bool Claims::has(std::string_view name) const {
    return json_member(object_.get(), name) != nullptr;
}

std::optional<std::string_view> Claims::string(std::string_view name) const {
    return json_string(json_member(object_.get(), name));
}

std::optional<double> Claims::number(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    if (!json_is_number(value)) {
        return std::nullopt;
    }
    return json_number_value(value);
}

std::optional<std::int64_t> Claims::integer(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    if (!json_is_integer(value)) {
        return std::nullopt;
    }
    return json_integer_value(value);
}

std::optional<Claims> Claims::object(std::string_view name) const {
    json_t* value = json_object_getn(object_.get(), name.data(), name.size());
    return json_is_object(value) ? std::optional(Claims({object_, value})) : std::nullopt;
}

std::optional<bool> Claims::matches(std::string_view name,
                                    const std::vector<std::string>& values) const {
    const auto is_value = [&values](std::string_view text) {
        return std::find(values.begin(), values.end(), text) != values.end();
    };
    const json_t* value = json_member(object_.get(), name);
    if (const auto text = json_string(value)) {
        return is_value(*text);
    }
    if (!json_is_array(value)) {
        return std::nullopt;
    }
    bool found = false;
    for (std::size_t i = 0; i < json_array_size(value); ++i) {
        const auto text = json_string(json_array_get(value, i));
        if (!text) {
            return std::nullopt;
        }
        found = found || is_value(*text);
    }
    return found;
}

std::optional<std::string> Claims::text(const std::vector<std::string>& path) const {
    const json_t* value = object_.get();
    for (const std::string& name : path) {
        value = json_member(value, name);
    }
    if (value == nullptr || json_is_null(value)) {
        return std::nullopt;
    }
    std::optional<std::string> text;
    if (is_scalar(value)) {
        text = show_scalar(value);
    } else if (json_is_array(value)) {
        text = join(value);
    }
    if (!text || has_control_bytes(*text)) {
        text = dump(value);
    }
    return text;
}

std::string Claims::json() const {
    return dump(object_.get());
}

}  // namespace jwt
