// Keys of the store as the zone knows them: what a read asks, and its reply as an answer and back.
#pragma once

#include <cstdint>
#include <optional>

#include "../../cache/answer_table.hpp"
#include "../../redis/resp.hpp"

namespace nginx {

// A plain read, and until when anybody can want to know (Unix time, 0: not known).
struct Read {
    redis::Arguments command;
    std::int64_t until = 0;
    bool is_told = true;  // of the keys whose changes the server tells: others are asked each time
};

// Reads of records change with every request of their session, and are asked for each time.
bool is_mirrored(const Read& read);

// As the store would say it; of Answer(): that there is no such key.
redis::Reply reply_of(const Read& read, const cache::Answer& answer);

// Nothing where the reply is none that can be believed.
std::optional<cache::Answer> answer_of(const Read& read, const redis::Reply& reply);

}  // namespace nginx
