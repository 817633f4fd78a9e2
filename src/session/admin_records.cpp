#include "admin_records.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "../jwt/json_writer.hpp"
#include "admin_cursor.hpp"
#include "keys.hpp"

namespace session {
namespace {

using Type = redis::Reply::Type;

constexpr std::size_t kBatch = 200;  // records asked for at once
constexpr std::int64_t kMicroseconds = 1000000;

// In this order they are asked for.
struct Field {
    enum Index : std::size_t {
        subject,
        tenant,
        created_us,
        created,
        expires,
        last_activity,
        address,
        user_agent,
        tokens_until,
        count,
    };
};

constexpr std::string_view kOpen = "data:{";
constexpr std::string_view kClose = "}:";

// The prefix as a pattern that matches itself alone.
std::string literally(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    return pattern;
}

struct Name {
    std::string user;
    std::string id;
};

// Whose record the key is of. Users and IDs may have the marks between them in them: the record
// itself tells which of the ways to read the key is meant.
std::optional<Name> name_of(std::string_view prefix, std::string_view key,
                            std::string_view subject) {
    const std::string meant = data_key(prefix, subject, "");
    if (!subject.empty() && key.substr(0, meant.size()) == meant) {
        return Name{std::string(subject), std::string(key.substr(meant.size()))};
    }
    key.remove_prefix(std::min(key.size(), prefix.size() + kOpen.size()));
    const std::size_t end = key.find(kClose);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return Name{std::string(key.substr(0, end)), std::string(key.substr(end + kClose.size()))};
}

std::optional<SessionRecord> record_of(std::string_view prefix, const std::string& key,
                                       const redis::Reply& reply) {
    auto name = is_record_reply(reply) ? name_of(prefix, key, reply.elements[Field::subject].text)
                                       : std::nullopt;
    return name ? session_record(std::move(name->user), std::move(name->id), reply) : std::nullopt;
}

// A key of another type is somebody else's; any other error is the store's.
bool is_failure(const redis::Reply& reply) {
    return reply.is_error() && reply.text.compare(0, 9, "WRONGTYPE") != 0;
}

void add_time(jwt::JsonWriter& json, std::string_view name, std::optional<std::int64_t> time) {
    json.raw(name, time ? std::to_string(*time) : "null");
}

}  // namespace

redis::Arguments read_session_record(std::string key) {
    return {"HMGET",      std::move(key),     "sub", "tenant",     "created_us",  "created_at",
            "expires_at", "last_activity_at", "ip",  "user_agent", "tokens_until"};
}

bool is_record_reply(const redis::Reply& reply) {
    return reply.type == Type::array && reply.elements.size() == Field::count;
}

std::optional<SessionRecord> session_record(std::string user, std::string id,
                                            const redis::Reply& reply) {
    const std::vector<redis::Reply>& field = reply.elements;
    if (!is_record_reply(reply) || user.empty() || id.empty() ||
        std::all_of(field.begin(), field.end(),
                    [](const redis::Reply& one) { return one.type == Type::nil; })) {
        return std::nullopt;
    }
    bool sound = true;  // what is no time is told as none
    SessionRecord record;
    record.user = std::move(user);
    record.id = std::move(id);
    record.tenant = field[Field::tenant].text;
    record.address = field[Field::address].text;
    record.user_agent = field[Field::user_agent].text;
    record.times.created = read_time(field[Field::created], sound);
    record.times.expires = read_time(field[Field::expires], sound);
    record.times.last_activity = read_time(field[Field::last_activity], sound);
    record.tokens_until = read_time(field[Field::tokens_until], sound);
    record.created_us = read_time(field[Field::created_us], sound)
                            .value_or(record.times.created.value_or(0) * kMicroseconds);
    return record;
}

bool is_expired(const SessionRecord& record, const Policy& policy, std::int64_t now) {
    return standing_of(record.times, policy, now) != Standing::good;
}

bool is_newer(const SessionRecord& one, const SessionRecord& other) {
    return std::tie(one.created_us, one.id) > std::tie(other.created_us, other.id);
}

namespace {

jwt::JsonWriter write_record(const SessionRecord& record) {
    jwt::JsonWriter json;
    json.text("id", record.id).text("user", record.user).text_or_null("tenant", record.tenant);
    add_time(json, "created_at", record.times.created);
    add_time(json, "expires_at", record.times.expires);
    add_time(json, "last_activity_at", record.times.last_activity);
    json.text_or_null("ip", record.address).text_or_null("user_agent", record.user_agent);
    return json;
}

}  // namespace

std::string record_json(const SessionRecord& record) {
    return write_record(record).object();
}

std::string record_json(const SessionRecord& record, std::optional<std::uint64_t> connections) {
    jwt::JsonWriter json = write_record(record);
    json.raw("connections", connections ? std::to_string(*connections) : "null");
    return json.object();
}

RecordWalk::RecordWalk(const Policy& policy, std::string cursor)
    : policy_(policy), cursor_(std::move(cursor)) {}

std::vector<redis::Arguments> RecordWalk::next(std::size_t count) {
    asked_ = std::min(keys_.size(), kBatch);
    count_ = count;
    std::vector<redis::Arguments> commands;
    if (asked_ == 0) {
        commands.push_back({"SCAN", cursor_, "MATCH", literally(policy_.store_prefix) + "data:*",
                            "COUNT", std::to_string(count)});
    }
    for (std::size_t i = 0; i < asked_; ++i) {
        commands.push_back(read_session_record(keys_[i]));
    }
    return commands;
}

std::optional<std::vector<SessionRecord>> RecordWalk::take(
    const std::vector<redis::Reply>& replies) {
    std::vector<SessionRecord> records;
    if (asked_ == 0) {
        return take_keys(replies) ? std::optional(records) : std::nullopt;
    }
    if (replies.size() != asked_) {
        return std::nullopt;
    }
    for (const redis::Reply& reply : replies) {
        if (is_failure(reply)) {
            return std::nullopt;
        }
        if (auto record = record_of(policy_.store_prefix, keys_.front(), reply)) {
            records.push_back(std::move(*record));
        }
        keys_.pop_front();
    }
    return records;
}

bool RecordWalk::take_keys(const std::vector<redis::Reply>& replies) {
    if (replies.size() != 1 || replies[0].type != Type::array || replies[0].elements.size() != 2) {
        return false;
    }
    const redis::Reply& cursor = replies[0].elements[0];
    const redis::Reply& keys = replies[0].elements[1];
    if (!is_scan_cursor(cursor.text) || keys.type != Type::array) {
        return false;
    }
    begun_ = true;
    cursor_ = cursor.text;
    looked_at_ += count_;
    for (const redis::Reply& key : keys.elements) {
        keys_.push_back(key.text);
    }
    return true;
}

}  // namespace session
