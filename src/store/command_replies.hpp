// Replies and arguments of commands.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../redis/resp.hpp"
#include "refused.hpp"

namespace store {

inline constexpr const char* kSyntax = "ERR syntax error";
inline constexpr const char* kNoInteger = "ERR value is not an integer or out of range";

inline redis::Reply integer_reply(std::int64_t value) {
    redis::Reply reply;
    reply.type = redis::Reply::Type::integer;
    reply.integer = value;
    return reply;
}

inline redis::Reply status_reply(std::string_view text) {
    redis::Reply reply;
    reply.type = redis::Reply::Type::status;
    reply.text = text;
    return reply;
}

inline redis::Reply string_reply(const std::optional<std::string>& text) {
    redis::Reply reply;
    if (text) {
        reply.type = redis::Reply::Type::string;
        reply.text = *text;
    }
    return reply;
}

inline redis::Reply list_reply() {
    redis::Reply reply;
    reply.type = redis::Reply::Type::array;
    return reply;
}

inline std::int64_t integer_argument(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) {
        throw Refused(kNoInteger);
    }
    return value;
}

inline bool is_word(std::string_view text, std::string_view capitals) {
    if (text.size() != capitals.size()) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char byte = text[i];
        if ((byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte) !=
            capitals[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace store
