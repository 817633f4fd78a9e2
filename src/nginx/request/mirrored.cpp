#include "mirrored.hpp"

#include <charconv>
#include <limits>
#include <string>

namespace nginx {
namespace {

using cache::Answer;
using redis::Reply;

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();  // the mark "*"

bool is_exists(const redis::Arguments& command) {
    return command.front() == "EXISTS";
}

Reply integer(std::int64_t value) {
    Reply reply;
    reply.type = Reply::Type::integer;
    reply.integer = value;
    return reply;
}

}  // namespace

bool is_mirrored(const Read& read) {
    return read.is_told && (is_exists(read.command) || read.command.front() == "GET");
}

Reply reply_of(const Read& read, const Answer& answer) {
    if (is_exists(read.command)) {
        return integer(answer.kind == Answer::Kind::revoked ? 1 : 0);
    }
    Reply reply;
    if (answer.kind == Answer::Kind::mark) {
        reply.type = Reply::Type::string;
        reply.text = answer.value == kAll ? "*" : std::to_string(answer.value);
    }
    return reply;
}

std::optional<Answer> answer_of(const Read& read, const Reply& reply) {
    Answer answer;
    if (is_exists(read.command)) {
        if (reply.type != Reply::Type::integer || reply.integer < 0 || reply.integer > 1) {
            return std::nullopt;
        }
        answer.kind = reply.integer == 1 ? Answer::Kind::revoked : Answer::Kind::absent;
        return answer;
    }
    if (reply.type == Reply::Type::nil) {
        answer.kind = Answer::Kind::absent;
        return answer;
    }
    if (reply.type != Reply::Type::string) {
        return std::nullopt;
    }
    answer.kind = Answer::Kind::mark;
    answer.value = kAll;
    if (reply.text != "*") {
        const char* end = reply.text.data() + reply.text.size();
        const auto [stop, fault] = std::from_chars(reply.text.data(), end, answer.value);
        if (fault != std::errc() || stop != end || answer.value < 0) {
            return std::nullopt;
        }
    }
    return answer;
}

}  // namespace nginx
