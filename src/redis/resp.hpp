// RESP2, the Redis protocol, by hiredis as a codec: commands to bytes, bytes to replies. No
// sockets. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace redis {

inline constexpr std::size_t kMaxReplyBytes = 1024 * 1024;

struct Reply {
    enum class Type : std::uint8_t { nil, integer, string, status, error, array };

    Type type = Type::nil;
    std::int64_t integer = 0;
    std::string text;             // string, status, error
    std::vector<Reply> elements;  // array

    bool is_error() const { return type == Type::error; }
};

using Arguments = std::vector<std::string>;

// Appends the command, its name being the first argument, to the bytes to send.
void append_command(std::string& bytes, const Arguments& arguments);

class Reader {
public:
    Reader();  // throws std::bad_alloc

    // Takes bytes as they come off the wire, in pieces of any size.
    void feed(std::string_view bytes);

    // The next whole reply, or nothing: more bytes are needed, or the stream is broken.
    std::optional<Reply> next();

    // No byte of a reply has come since the last whole one.
    bool empty() const { return unread_ == 0; }

    // What came is not RESP2, or a reply is larger than kMaxReplyBytes: close the connection.
    bool broken() const { return broken_; }

private:
    struct Free {
        void operator()(redisReader* reader) const;
    };

    std::unique_ptr<Reply> reply_;  // the one that is coming; hiredis points to it
    std::unique_ptr<redisReader, Free> reader_;
    std::size_t unread_ = 0;  // bytes that came since the last whole reply
    bool broken_ = false;
};

}  // namespace redis
