// Tables of answers in memory of their own, and answers to put there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../../src/cache/answer_table.hpp"

namespace answers {

using cache::Answer;
using cache::AnswerTable;
using cache::Changes;
using cache::Digest;

inline constexpr std::uint32_t kNow = 1700000000;

inline Answer answer(Answer::Kind kind, std::int64_t until = 0) {
    Answer answer;
    answer.kind = kind;
    answer.until = until;
    return answer;
}

inline Answer absent(std::int64_t until = 0) {
    return answer(Answer::Kind::absent, until);
}

inline Answer revoked(std::int64_t until = 0) {
    return answer(Answer::Kind::revoked, until);
}

inline Answer mark(std::int64_t value) {
    Answer mark = answer(Answer::Kind::mark);
    mark.value = value;
    return mark;
}

// What a table needs for the smallest number of answers that it can hold.
inline std::size_t bucket_bytes() {
    static const std::size_t found = [] {
        std::vector<std::uint64_t> memory(1024);
        std::size_t bytes = 0;
        while (AnswerTable(memory.data(), bytes, {}).capacity() == 0) {
            bytes += sizeof(std::uint64_t);
        }
        return bytes;
    }();
    return found;
}

// Where all keys of a table are neighbours that have to share so many places.
inline std::size_t bucket_slots() {
    std::vector<std::uint64_t> memory(bucket_bytes() / sizeof(std::uint64_t));
    return AnswerTable(memory.data(), bucket_bytes(), {}).capacity();
}

// A table with so many buckets: key {n, ...} belongs into bucket n modulo that number.
class Table {
public:
    explicit Table(std::size_t buckets = 1)
        : memory_(buckets * bucket_bytes() / sizeof(std::uint64_t)),
          counters_(buckets),
          view_(memory_.data(), buckets * bucket_bytes(), changes()) {}

    AnswerTable* operator->() { return &view_; }
    AnswerTable& operator*() { return view_; }
    std::vector<std::uint64_t>& memory() { return memory_; }
    Changes changes() { return {counters_.data(), counters_.size() * sizeof(std::uint32_t)}; }

    bool put(const Digest& key, const Answer& answer, std::uint32_t now = kNow) {
        return view_.put(key, answer, view_.changes(key), now);
    }
    bool knows(const Digest& key, std::uint32_t now = kNow) {
        return view_.find(key, now).has_value();
    }

private:
    std::vector<std::uint64_t> memory_;
    std::vector<std::uint32_t> counters_;
    AnswerTable view_;
};

}  // namespace answers
