#include "record_life.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "ascii.hpp"

namespace session {
namespace {

constexpr std::int64_t kMaxTime = std::int64_t{1} << 53;  // as of claims

bool is_fraction(std::string_view text) {
    return text.empty() || (text.size() > 1 && text.front() == '.' &&
                            std::all_of(text.begin() + 1, text.end(), is_digit));
}

}  // namespace

std::optional<std::int64_t> read_time(const redis::Reply& field, bool& sound) {
    if (field.type == redis::Reply::Type::nil) {
        return std::nullopt;
    }
    std::int64_t time = -1;
    const char* end = field.text.data() + field.text.size();
    const auto [stop, error] = std::from_chars(field.text.data(), end, time);
    if (field.type != redis::Reply::Type::string || error != std::errc() || time < 0 ||
        time > kMaxTime || !is_fraction({stop, static_cast<std::size_t>(end - stop)})) {
        sound = false;
        return std::nullopt;
    }
    return time;
}

std::int64_t last_activity(const RecordTimes& times) {
    return times.last_activity.value_or(times.created.value_or(0));
}

bool is_over(const RecordTimes& times, const Policy& policy, std::int64_t now) {
    const std::int64_t absolute = policy.lifetimes.absolute;
    return (times.expires && now >= *times.expires) ||
           (times.created && absolute > 0 && now >= *times.created + absolute);
}

bool is_idle(const RecordTimes& times, const Policy& policy, std::int64_t now) {
    return policy.lifetimes.idle && now - last_activity(times) > *policy.lifetimes.idle;
}

}  // namespace session
