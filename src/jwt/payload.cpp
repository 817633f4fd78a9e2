#include "payload.hpp"

#include <jansson.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace jwt {

namespace {

Json checked(Json value) {
    if (value == nullptr) {
        throw std::bad_alloc();
    }
    return value;
}

// Null where the text is not UTF-8.
Json make_string(std::string_view text) {
    return Json(json_stringn(text.data(), text.size()));
}

}  // namespace

Payload::Payload() : object_(checked(Json(json_object()))) {}

Payload::Payload(Json object) : object_(std::move(object)) {}

Payload::Payload(const Claims& claims) : object_(checked(parse_json_object(claims.json()))) {}

std::optional<Payload> Payload::parse(std::string_view json) {
    Json object = parse_json_object(json);
    if (object == nullptr) {
        return std::nullopt;
    }
    return Payload(std::move(object));
}

bool Payload::has(std::string_view name) const {
    return json_member(object_.get(), name) != nullptr;
}

bool Payload::set(std::string_view name, std::string_view text) {
    return put(name, make_string(text));
}

bool Payload::set(std::string_view name, std::int64_t number) {
    return put(name, checked(Json(json_integer(number))));
}

bool Payload::set(std::string_view name, const std::vector<std::string>& texts) {
    if (texts.size() == 1) {
        return set(name, std::string_view(texts.front()));
    }
    Json array = checked(Json(json_array()));
    for (const std::string& text : texts) {
        Json element = make_string(text);
        if (element == nullptr) {
            return false;
        }
        if (json_array_append_new(array.get(), element.release()) != 0) {
            throw std::bad_alloc();
        }
    }
    return put(name, std::move(array));
}

bool Payload::put(std::string_view name, Json value) {
    if (value == nullptr) {
        return false;
    }
    return json_object_setn_new(object_.get(), name.data(), name.size(), value.release()) == 0;
}

std::string Payload::json() const {
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    const std::unique_ptr<char, Free> text(json_dumps(object_.get(), JSON_COMPACT));
    if (text == nullptr) {
        throw std::bad_alloc();
    }
    return text.get();
}

}  // namespace jwt
