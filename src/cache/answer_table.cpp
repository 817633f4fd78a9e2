#include "answer_table.hpp"

namespace cache {

namespace {

using Value = Slots<5>::Value;

constexpr std::uint64_t kDoubtful = 1U << 8;
constexpr std::uint64_t kKinds = kDoubtful - 1;
constexpr unsigned kEraShift = 32;

// The words that say how much it is worth.
constexpr std::size_t kUntil = 1;
constexpr std::size_t kKind = 4;

Value pack(const Answer& answer) {
    return {static_cast<std::uint64_t>(answer.value), static_cast<std::uint64_t>(answer.until),
            answer.asked, answer.epoch,
            static_cast<std::uint64_t>(answer.kind) | (answer.doubtful ? kDoubtful : 0) |
                std::uint64_t{answer.era} << kEraShift};
}

Answer unpack(const Value& words) {
    Answer answer;
    answer.value = static_cast<std::int64_t>(words[0]);
    answer.until = static_cast<std::int64_t>(words[kUntil]);
    answer.asked = words[2];
    answer.epoch = words[3];
    answer.kind = static_cast<Answer::Kind>(words[kKind] & kKinds);
    answer.doubtful = (words[kKind] & kDoubtful) != 0;
    answer.era = static_cast<std::uint32_t>(words[kKind] >> kEraShift);
    return answer;
}

bool is_over(std::int64_t until, std::uint32_t now) {
    return until != 0 && until < static_cast<std::int64_t>(now);
}

bool is_over(const Answer& answer, std::uint32_t now) {
    return is_over(answer.until, now);
}

}  // namespace

std::optional<Answer> AnswerTable::find(const Digest& key, std::uint32_t now) const {
    const std::optional<Value> found = slots_.find(key, now);
    return found ? std::optional(unpack(*found)) : std::nullopt;
}

bool AnswerTable::put(const Digest& key, const Answer& answer, std::uint32_t changes,
                      std::uint32_t now) {
    const auto rank = [now](const auto& word) {
        Answer other;
        other.kind = static_cast<Answer::Kind>(word(kKind) & kKinds);
        return is_over(static_cast<std::int64_t>(word(kUntil)), now) ? 0U
               : other.rejects()                                     ? 2U
                                                                     : 1U;
    };
    const bool kept = changes_.near(key) == changes && slots_.put(key, pack(answer), now, rank);
    if (answer.rejects()) {
        changes_.note(key);
    }
    return kept;
}

void AnswerTable::forget(const Digest& key, std::uint64_t epoch, std::uint32_t now) {
    std::optional<Answer> known = find(key, now);
    if (known && known->rejects()) {
        known->doubtful = true;
        known->epoch = epoch;
        put(key, *known, changes(key), now);
    } else {
        slots_.erase(key);
        changes_.note(key);
    }
}

void AnswerTable::copy_to(AnswerTable& other, std::uint32_t now) const {
    slots_.each([&other, now](const Digest& key, const Value& value, std::uint32_t used) {
        const Answer answer = unpack(value);
        if (!is_over(answer, now)) {
            other.put(key, answer, other.changes(key), used);
        }
    });
}

std::size_t AnswerTable::used(std::uint32_t now) const {
    return slots_.used([now](const Value& value) { return !is_over(unpack(value), now); });
}

}  // namespace cache
