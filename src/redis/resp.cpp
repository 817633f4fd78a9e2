#include "resp.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <charconv>
#include <limits>
#include <new>
#include <utility>

namespace redis {

namespace {

// The shortest reply is ":0\r\n" or "$-1": an array of more cannot keep the limit, and hiredis
// makes room for all elements as soon as it reads their number.
constexpr std::size_t kMaxElements = kMaxReplyBytes / 4;

// What hiredis before 1.0 allows; it has no limit since, and frees recursively.
constexpr std::size_t kMaxDepth = 7;

bool is_too_deep(const redisReadTask* task) {
    std::size_t depth = 0;
    while (task != nullptr && depth <= kMaxDepth) {
        task = task->parent;
        ++depth;
    }
    return depth > kMaxDepth;
}

// Where the reply of a task belongs.
Reply& place_of(const redisReadTask* task) {
    return task->parent == nullptr ? *static_cast<Reply*>(task->privdata)
                                   : static_cast<Reply*>(task->parent->obj)
                                         ->elements[static_cast<std::size_t>(task->idx)];
}

// hiredis calls these as it reads; null makes it give up.

void* put_text(const redisReadTask* task, char* text, std::size_t size) noexcept {
    Reply& reply = place_of(task);
    switch (task->type) {
        case REDIS_REPLY_STRING:
            reply.type = Reply::Type::string;
            break;
        case REDIS_REPLY_STATUS:
            reply.type = Reply::Type::status;
            break;
        case REDIS_REPLY_ERROR:
            reply.type = Reply::Type::error;
            break;
        default:
            return nullptr;  // RESP2 has no other
    }
    try {
        reply.text.assign(text, size);
    } catch (...) {
        return nullptr;
    }
    return &reply;
}

// hiredis counts in int before 1.0, in size_t since.
template <typename Count>
void* put_array(const redisReadTask* task, Count count) noexcept {
    const auto elements = static_cast<std::size_t>(count);
    if (task->type != REDIS_REPLY_ARRAY || elements > kMaxElements || is_too_deep(task)) {
        return nullptr;
    }
    Reply& reply = place_of(task);
    reply.type = Reply::Type::array;
    try {
        reply.elements.resize(elements);
    } catch (...) {
        return nullptr;
    }
    return &reply;
}

void* put_integer(const redisReadTask* task, long long value) noexcept {
    Reply& reply = place_of(task);
    reply.type = Reply::Type::integer;
    reply.integer = value;
    return &reply;
}

void* put_nil(const redisReadTask* task) noexcept {
    return &place_of(task);
}

void release(void*) noexcept {}  // the reader owns what is coming

// Since 1.0 hiredis reads what only RESP3 has.
template <typename Functions>
auto refuse_resp3(Functions& functions, int) -> decltype(functions.createDouble, void()) {
    functions.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* {
        return nullptr;
    };
    functions.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
}

template <typename Functions>
void refuse_resp3(Functions&, long) {}

// Replies are read to where they belong: hiredis' own objects would be copied and freed again.
redisReplyObjectFunctions* functions() {
    static redisReplyObjectFunctions own = [] {
        redisReplyObjectFunctions made = {};
        made.createString = put_text;
        made.createArray = put_array;
        made.createInteger = put_integer;
        made.createNil = put_nil;
        made.freeObject = release;
        refuse_resp3(made, 0);
        return made;
    }();
    return &own;
}

// A type and a number, which have a line of their own.
void append_header(std::string& bytes, char type, std::size_t count) {
    std::array<char, std::numeric_limits<std::size_t>::digits10 + 4> line;
    line[0] = type;
    char* end = std::to_chars(line.data() + 1, line.data() + line.size() - 2, count).ptr;
    *end++ = '\r';
    *end++ = '\n';
    bytes.append(line.data(), static_cast<std::size_t>(end - line.data()));
}

}  // namespace

void append_command(std::string& bytes, const Arguments& arguments) {
    append_header(bytes, '*', arguments.size());
    for (const std::string& argument : arguments) {
        append_header(bytes, '$', argument.size());
        bytes.append(argument).append("\r\n", 2);
    }
}

void Reader::Free::operator()(redisReader* reader) const {
    redisReaderFree(reader);
}

Reader::Reader()
    : reply_(std::make_unique<Reply>()), reader_(redisReaderCreateWithFunctions(functions())) {
    if (reader_ == nullptr) {
        throw std::bad_alloc();
    }
    reader_->privdata = reply_.get();
}

void Reader::feed(std::string_view bytes) {
    if (broken_ || bytes.empty()) {
        return;
    }
    unread_ += bytes.size();
    broken_ = redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK;
}

std::optional<Reply> Reader::next() {
    if (broken_) {
        return std::nullopt;
    }

    void* object = nullptr;
    if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
        broken_ = true;
        return std::nullopt;
    }
    if (object == nullptr) {
        broken_ = unread_ > kMaxReplyBytes;
        return std::nullopt;
    }

    const std::size_t left = reader_->len - reader_->pos;
    broken_ = unread_ - left > kMaxReplyBytes;
    unread_ = left;
    if (broken_) {
        return std::nullopt;
    }
    return std::exchange(*reply_, Reply());
}

}  // namespace redis
