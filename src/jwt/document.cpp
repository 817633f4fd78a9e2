#include "document.hpp"

#include <jansson.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace jwt {
namespace {

struct Free {
    void operator()(char* text) const { std::free(text); }
};

std::string compact(const json_t* value) {
    const std::unique_ptr<char, Free> text(json_dumps(value, JSON_COMPACT));
    if (text == nullptr) {
        throw std::bad_alloc();
    }
    return text.get();
}

}  // namespace

Document::Document(Json object) : object_(std::move(object)) {}

std::optional<Document> Document::parse(std::string_view json) {
    Json object = parse_json_object(json);
    if (object == nullptr) {
        return std::nullopt;
    }
    return Document(std::move(object));
}

std::vector<std::string> Document::names() const {
    std::vector<std::string> names;
    for (void* at = json_object_iter(object_.get()); at != nullptr;
         at = json_object_iter_next(object_.get(), at)) {
        names.emplace_back(json_object_iter_key(at), json_object_iter_key_len(at));
    }
    return names;
}

bool Document::has(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    return value != nullptr && !json_is_null(value);
}

std::optional<std::string> Document::string(std::string_view name) const {
    const auto text = json_string(json_member(object_.get(), name));
    return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<std::int64_t> Document::integer(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    if (!json_is_integer(value)) {
        return std::nullopt;
    }
    return json_integer_value(value);
}

std::optional<bool> Document::boolean(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    if (!json_is_boolean(value)) {
        return std::nullopt;
    }
    return json_is_true(value);
}

std::optional<std::string> Document::object(std::string_view name) const {
    const json_t* value = json_member(object_.get(), name);
    if (!json_is_object(value)) {
        return std::nullopt;
    }
    return compact(value);
}

std::vector<std::string> Document::objects(std::string_view name) const {
    std::vector<std::string> texts;
    const json_t* value = json_member(object_.get(), name);
    for (std::size_t i = 0; i < json_array_size(value); ++i) {
        const json_t* element = json_array_get(value, i);
        if (json_is_object(element)) {
            texts.push_back(compact(element));
        }
    }
    return texts;
}

}  // namespace jwt
