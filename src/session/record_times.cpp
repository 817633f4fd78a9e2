#include "record_times.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
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

std::optional<RecordTimes> read_record_times(const redis::Reply& reply, std::size_t fields) {
    if (reply.type != redis::Reply::Type::array || reply.elements.size() != fields ||
        fields < std::size(kRecordFields)) {
        return std::nullopt;
    }
    const std::vector<redis::Reply>& field = reply.elements;
    RecordTimes record;
    record.exists = std::any_of(field.begin(), field.end(), [](const redis::Reply& one) {
        return one.type != redis::Reply::Type::nil;
    });
    bool sound = true;
    record.created = read_time(field[1], sound);
    record.expires = read_time(field[2], sound);
    record.last_activity = read_time(field[3], sound);
    return sound ? std::optional(record) : std::nullopt;
}

Standing standing_of(const RecordTimes& record, const Policy& policy, std::int64_t now) {
    const std::int64_t absolute = policy.lifetimes.absolute;
    if ((record.expires && now >= *record.expires) ||
        (record.created && absolute > 0 && now >= *record.created + absolute)) {
        return Standing::expired;
    }
    return policy.lifetimes.idle && now - record.active() > *policy.lifetimes.idle ? Standing::idle
                                                                                   : Standing::good;
}

}  // namespace session
