// What a change did, as bytes that mean something to this folder alone. Effects are in absolute
// terms: doing them once more, in their order, gives the same content.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace store {

using Effects = std::vector<std::string>;

// Gets what a change did, in one piece and under the lock, just before it counts: what it gets next
// was done next. False: it cannot be kept, and the change is taken back. A process may be killed
// between the two: then there is an effect of a change that nobody was told of.
using Sink = std::function<bool(const Effects&)>;

struct Effect {
    enum class Kind : char {
        put = 'P',      // the key holds that text: key, value, expiry
        remove = 'D',   // the key is gone
        fields = 'H',   // key, then fields and their values, and when the key expires
        less = 'h',     // the field is gone: key, field
        scored = 'Z',   // key, member, score, and when the key expires
        without = 'z',  // the member is gone: key, member
        expiry = 'E',   // key, Unix time or 0
    };

    Kind kind = Kind::remove;
    std::vector<std::string_view> texts;  // the key is the first
    std::int64_t expires = 0;             // Unix time; 0: never
};

std::string write_effect(const Effect& effect);
std::optional<Effect> read_effect(std::string_view bytes);  // views of them

}  // namespace store
