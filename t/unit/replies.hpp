// Redis replies made on the spot.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "../../src/redis/resp.hpp"

namespace replies {

using redis::Reply;

inline Reply nil() {
    return {};
}

inline Reply typed(Reply::Type type, std::string text) {
    Reply reply;
    reply.type = type;
    reply.text = std::move(text);
    return reply;
}

inline Reply string(std::string text) {
    return typed(Reply::Type::string, std::move(text));
}

inline Reply status(std::string text) {
    return typed(Reply::Type::status, std::move(text));
}

inline Reply integer(std::int64_t value) {
    Reply reply;
    reply.type = Reply::Type::integer;
    reply.integer = value;
    return reply;
}

inline Reply error(std::string text = "LOADING Redis is loading the dataset in memory") {
    return typed(Reply::Type::error, std::move(text));
}

inline Reply array(std::vector<Reply> elements) {
    Reply reply;
    reply.type = Reply::Type::array;
    reply.elements = std::move(elements);
    return reply;
}

// As scripts answer: an array of strings.
inline Reply words(const std::vector<std::string>& texts) {
    std::vector<Reply> elements;
    for (const std::string& text : texts) {
        elements.push_back(string(text));
    }
    return array(std::move(elements));
}

}  // namespace replies
