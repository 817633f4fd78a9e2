#include "claims.hpp"

#include <jansson.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "flat_object.hpp"
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

// Flat ones are read in place, all others by the library.
struct Claims::Body {
    std::string json;
    bool is_flat = false;
    FlatObject flat;  // views into `json`
    Json object;      // of flat ones once it is needed
};

Claims::Claims(std::shared_ptr<Body> body) : body_(std::move(body)) {}

std::optional<Claims> Claims::parse(std::string json) {
    auto body = std::make_shared<Body>();
    body->json = std::move(json);
    body->is_flat = body->flat.read(body->json);
    if (!body->is_flat) {
        body->object = parse_json_object(body->json);
        if (body->object == nullptr) {
            return std::nullopt;
        }
    }
    return Claims(std::move(body));
}

const json_t* Claims::parsed() const {
    if (body_->object == nullptr) {
        body_->object = parse_json_object(body_->json);
        if (body_->object == nullptr) {
            throw std::bad_alloc();  // what is flat is JSON
        }
    }
    return body_->object.get();
}

bool Claims::has(std::string_view name) const {
    return body_->is_flat ? body_->flat.find(name) != nullptr
                          : json_member(parsed(), name) != nullptr;
}

std::optional<std::string_view> Claims::string(std::string_view name) const {
    if (!body_->is_flat) {
        return json_string(json_member(parsed(), name));
    }
    const FlatObject::Member* member = body_->flat.find(name);
    return member != nullptr && member->kind == FlatObject::Member::Kind::string
               ? std::optional(member->text)
               : std::nullopt;
}

std::optional<double> Claims::number(std::string_view name) const {
    if (body_->is_flat) {
        const auto whole = integer(name);
        return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
    }
    const json_t* value = json_member(parsed(), name);
    return json_is_number(value) ? std::optional(json_number_value(value)) : std::nullopt;
}

std::optional<std::int64_t> Claims::integer(std::string_view name) const {
    if (body_->is_flat) {
        const FlatObject::Member* member = body_->flat.find(name);
        return member != nullptr && member->kind == FlatObject::Member::Kind::integer
                   ? std::optional(member->number)
                   : std::nullopt;
    }
    const json_t* value = json_member(parsed(), name);
    return json_is_integer(value) ? std::optional<std::int64_t>(json_integer_value(value))
                                  : std::nullopt;
}

std::optional<Claims> Claims::object(std::string_view name) const {
    const json_t* value = body_->is_flat ? nullptr : json_member(parsed(), name);
    if (!json_is_object(value)) {
        return std::nullopt;
    }
    auto body = std::make_shared<Body>();
    body->object.reset(json_incref(const_cast<json_t*>(value)));
    return Claims(std::move(body));
}

std::optional<bool> Claims::matches(std::string_view name,
                                    const std::vector<std::string>& values) const {
    const auto is_value = [&values](std::string_view text) {
        return std::find(values.begin(), values.end(), text) != values.end();
    };
    if (const auto text = string(name)) {
        return is_value(*text);
    }
    const json_t* value = body_->is_flat ? nullptr : json_member(parsed(), name);
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
    const json_t* value = parsed();
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
    return dump(parsed());
}

}  // namespace jwt
