#include "shape.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace redis {

struct Shape {
    std::string_view command;
    bool (*fits)(const Reply& reply, const Arguments& command);
};

namespace {

using Type = Reply::Type;

constexpr char kBarrier = '\x16';         // SYN: no value that is asked for begins so
constexpr std::size_t kBeforeFields = 2;  // the command's name and the key

bool is_barrier(const Reply& reply) {
    return reply.type == Type::string && !reply.text.empty() && reply.text.front() == kBarrier;
}

bool is_answer_to(const Reply& barrier, const Arguments& command) {
    return command.size() == 2 && command[0] == "PING" && command[1] == barrier.text;
}

bool is_text_or_nil(const Reply& reply) {
    return reply.type == Type::string || reply.type == Type::nil;
}

bool is_value(const Reply& reply, const Arguments&) {
    return is_text_or_nil(reply);
}

bool is_number(const Reply& reply, const Arguments&) {
    return reply.type == Type::integer;
}

bool is_done(const Reply& reply, const Arguments&) {
    return reply.type == Type::status;
}

bool is_set(const Reply& reply, const Arguments& command) {
    return reply.type == Type::status ||
           (reply.type == Type::nil &&
            std::find(command.begin(), command.end(), "NX") != command.end());
}

bool is_list(const Reply& reply, const Arguments&) {
    return reply.type == Type::array;
}

// As many fields as were asked for.
bool is_record(const Reply& reply, const Arguments& command) {
    return reply.type == Type::array && reply.elements.size() + kBeforeFields == command.size() &&
           std::all_of(reply.elements.begin(), reply.elements.end(), is_text_or_nil);
}

bool is_page(const Reply& reply, const Arguments&) {
    return reply.type == Type::array && reply.elements.size() == 2 &&
           reply.elements[0].type == Type::string && reply.elements[1].type == Type::array;
}

// Where PING is given nothing it says what it likes.
bool is_pong(const Reply&, const Arguments& command) {
    return command.size() < 2;
}

// What a script answers is its own affair; what is asked now and then is judged by who asks.
constexpr Shape kShapes[] = {
    {"ASKING", is_done},    {"DEL", is_number}, {"EXISTS", is_number}, {"EXPIRE", is_number},
    {"GET", is_value},      {"HGET", is_value}, {"HMGET", is_record},  {"HSET", is_number},
    {"PING", is_pong},      {"SCAN", is_page},  {"SET", is_set},       {"WAIT", is_number},
    {"ZREVRANGE", is_list},
};

}  // namespace

const Shape* shape_of(const Arguments& command) {
    const auto* const shape =
        std::find_if(std::begin(kShapes), std::end(kShapes),
                     [&command](const Shape& known) { return known.command == command.front(); });
    return shape == std::end(kShapes) ? nullptr : shape;
}

bool may_answer(const Reply& reply, const Arguments& command, const Shape* shape) {
    if (is_barrier(reply)) {
        return is_answer_to(reply, command);
    }
    return reply.is_error() || shape == nullptr || shape->fits(reply, command);
}

Arguments barrier(std::uint64_t number) {
    return {"PING", kBarrier + std::to_string(number)};
}

}  // namespace redis
