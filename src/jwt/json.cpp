#include "json.hpp"

#include <jansson.h>

namespace jwt {

namespace {

// jansson recurses as deep as the text says, up to 2048 levels: so count before it starts. What is
// not JSON may be counted wrongly, which is no harm, for jansson refuses it.
bool is_shallow(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxJsonDepth) {
                return false;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return true;
}

}  // namespace

void JsonRelease::operator()(json_t* value) const {
    json_decref(value);
}

Json parse_json_object(std::string_view text) {
    if (!is_shallow(text)) {
        return nullptr;
    }
    Json value(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
    if (!json_is_object(value.get())) {
        return nullptr;
    }
    return value;
}

const json_t* json_member(const json_t* object, std::string_view name) {
    return json_object_getn(object, name.data(), name.size());
}

std::optional<std::string_view> json_string(const json_t* value) {
    if (!json_is_string(value)) {
        return std::nullopt;
    }
    return std::string_view(json_string_value(value), json_string_length(value));
}

}  // namespace jwt
