#include "resp.hpp"

#include <hiredis/hiredis.h>

#include <new>

namespace redis {

namespace {

// The shortest reply is ":0\r\n" or "$-1": an array of more cannot keep the limit, and hiredis
// makes room for all elements as soon as it reads their number.
constexpr std::size_t kMaxElements = kMaxReplyBytes / 4;

// What hiredis before 1.0 allows; it has no limit since, and frees recursively.
constexpr std::size_t kMaxDepth = 7;

decltype(redisReplyObjectFunctions::createArray) create_any_array = nullptr;

bool is_too_deep(const redisReadTask* task) {
    std::size_t depth = 0;
    while (task != nullptr && depth <= kMaxDepth) {
        task = task->parent;
        ++depth;
    }
    return depth > kMaxDepth;
}

// hiredis counts in int before 1.0, in size_t since.
template <typename Count>
void* create_array(const redisReadTask* task, Count elements) {
    if (static_cast<std::size_t>(elements) > kMaxElements || is_too_deep(task)) {
        return nullptr;
    }
    return create_any_array(task, elements);
}

// hiredis' own functions with the limit, for every reader.
redisReplyObjectFunctions* bounded_functions(const redisReader& reader) {
    static redisReplyObjectFunctions functions = [&reader] {
        redisReplyObjectFunctions own = *reader.fn;
        create_any_array = own.createArray;
        own.createArray = create_array;
        return own;
    }();
    return &functions;
}

// False for what RESP2 does not have.
bool convert(const redisReply& from, Reply& to) {
    switch (from.type) {
        case REDIS_REPLY_NIL:
            to.type = Reply::Type::nil;
            return true;
        case REDIS_REPLY_INTEGER:
            to.type = Reply::Type::integer;
            to.integer = from.integer;
            return true;
        case REDIS_REPLY_STRING:
            to.type = Reply::Type::string;
            break;
        case REDIS_REPLY_STATUS:
            to.type = Reply::Type::status;
            break;
        case REDIS_REPLY_ERROR:
            to.type = Reply::Type::error;
            break;
        case REDIS_REPLY_ARRAY:
            to.type = Reply::Type::array;
            to.elements.resize(from.elements);
            for (std::size_t i = 0; i < from.elements; ++i) {
                if (!convert(*from.element[i], to.elements[i])) {
                    return false;
                }
            }
            return true;
        default:
            return false;
    }
    to.text.assign(from.str, static_cast<std::size_t>(from.len));
    return true;
}

void append_header(std::string& bytes, char type, std::size_t count) {
    bytes += type;
    bytes += std::to_string(count);
    bytes += "\r\n";
}

}  // namespace

void append_command(std::string& bytes, const Arguments& arguments) {
    append_header(bytes, '*', arguments.size());
    for (const std::string& argument : arguments) {
        append_header(bytes, '$', argument.size());
        bytes += argument;
        bytes += "\r\n";
    }
}

void Reader::Free::operator()(redisReader* reader) const {
    redisReaderFree(reader);
}

Reader::Reader() : reader_(redisReaderCreate()) {
    if (reader_ == nullptr) {
        throw std::bad_alloc();
    }
    reader_->fn = bounded_functions(*reader_);
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

    const std::unique_ptr<void, decltype(&freeReplyObject)> owner(object, freeReplyObject);
    const std::size_t left = reader_->len - reader_->pos;
    broken_ = unread_ - left > kMaxReplyBytes;
    unread_ = left;

    Reply reply;
    if (broken_ || !convert(*static_cast<const redisReply*>(object), reply)) {
        broken_ = true;
        return std::nullopt;
    }
    return reply;
}

}  // namespace redis
