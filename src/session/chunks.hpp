// A cookie that was too large for one: NAME.0, NAME.1 and so on, as NextAuth and Auth.js cut it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace session {

inline constexpr unsigned kMaxChunks = 100;  // what is numbered higher is another cookie

class Chunks {
public:
    explicit Chunks(std::string_view name) : name_(name) {}

    // Those of one Cookie header line; views into it. As read_cookie(): an empty value is none.
    void read(std::string_view header);

    bool empty() const { return chunks_.empty(); }

    // The whole value; nothing where a chunk is missing, or there twice, or the value is longer
    // than that.
    std::optional<std::string> join(std::size_t max_bytes) const;

    // The names of the cookies that came, each once.
    std::vector<std::string> names() const;

private:
    struct Chunk {
        unsigned number;
        std::string_view value;
    };

    std::string name_;
    std::vector<Chunk> chunks_;  // by number
};

}  // namespace session
