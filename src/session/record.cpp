#include "record.hpp"

#include <algorithm>
#include <charconv>

#include "scripts.hpp"

namespace session {
namespace {

constexpr std::int64_t kTouchInterval = 60;  // seconds

// No token of the realm that is there now lives longer.
std::int64_t last_token(const Policy& policy, std::int64_t expires, std::int64_t now) {
    const bool foreign = policy.record_format == RecordFormat::connect_redis;
    return std::max(expires, now + (foreign ? policy.lifetimes.absolute : policy.lifetimes.access));
}

void add_field(std::vector<std::string>& arguments, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        arguments.emplace_back(name);
        arguments.emplace_back(value);
    }
}

}  // namespace

redis::Arguments create_record(const Policy& policy, const Beginning& beginning) {
    const std::int64_t now = beginning.now;
    std::vector<std::string> arguments = {
        std::to_string(beginning.issued),
        std::to_string(beginning.latest),
        std::to_string(beginning.expires),
        std::to_string(policy.session_limit),
        policy.beyond_limit == Beyond::reject ? "1" : "0",
        std::to_string(last_token(policy, 0, now)),
        beginning.previous,
        std::to_string(last_token(policy, beginning.previous_expires, now)),
    };
    add_field(arguments, "sub", beginning.user);
    add_field(arguments, "tenant", beginning.tenant);
    add_field(arguments, "created_us", std::to_string(beginning.created_us));
    add_field(arguments, "expires_at", std::to_string(beginning.expires));
    add_field(arguments, "tokens_until", std::to_string(beginning.tokens_until));
    add_field(arguments, "last_activity_at", std::to_string(now));
    add_field(arguments, "ip", beginning.address);
    add_field(arguments, "user_agent", beginning.user_agent);
    add_field(arguments, "claims", beginning.claims);
    add_field(arguments, "refresh", beginning.refresh_hash);
    return call_script(kCreateScript, policy, beginning.user, beginning.id, now, arguments);
}

Begun read_begun(const redis::Reply& reply) {
    const std::string_view word = outcome(reply);
    if (word == "stale") {
        return {Begun::Outcome::stale, 0};
    }
    if (word == "full") {
        return {Begun::Outcome::full, 0};
    }
    if (word != "created" || reply.elements.size() != 2) {
        return {};
    }
    const std::string& text = reply.elements[1].text;
    Begun begun{Begun::Outcome::created, 0};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, begun.issued);
    return error == std::errc() && stop == end ? begun : Begun{};
}

Ending ending_of(const Session& session) {
    return {session.user, session.id, session.revocable, session.expires};
}

void append_end(const Policy& policy, const Ending& ending, std::int64_t now,
                std::vector<redis::Arguments>& commands) {
    commands.push_back(end_session(policy, ending, now));
    if (!ending.stored_at.empty()) {
        commands.push_back({"DEL", ending.stored_at});
    }
}

bool has_ended(const Ending& ending, const std::vector<redis::Reply>& replies, std::size_t& next) {
    const std::size_t count = ending.stored_at.empty() ? 1 : 2;
    if (replies.size() < next + count) {
        return false;
    }
    const redis::Reply* reply = replies.data() + next;
    next += count;
    return is_done(reply[0]) && (count == 1 || reply[1].type == redis::Reply::Type::integer);
}

redis::Arguments end_session(const Policy& policy, const Ending& ending, std::int64_t now) {
    std::vector<std::string> arguments = {
        std::to_string(last_token(policy, ending.expires, now)),
    };
    arguments.insert(arguments.end(), ending.revocable.begin(), ending.revocable.end());
    return call_script(kEndScript, policy, ending.user, ending.id, now, arguments);
}

redis::Arguments end_all_sessions(const Policy& policy, std::string_view user, std::int64_t now) {
    return call_script(kEndAllScript, policy, user, "", now,
                       {std::to_string(now + policy.lifetimes.absolute)});
}

redis::Arguments mark_stale(const Policy& policy, std::string_view user, std::int64_t now) {
    return call_script(kMarkStaleScript, policy, user, "", now,
                       {std::to_string(now + policy.lifetimes.absolute)});
}

bool is_done(const redis::Reply& reply) {
    return outcome(reply) == "ended" || outcome(reply) == "marked";
}

std::int64_t touch_interval(const Policy& policy) {
    const auto& idle = policy.lifetimes.idle;
    return idle ? std::min(kTouchInterval, std::max<std::int64_t>(*idle / 4, 1)) : kTouchInterval;
}

redis::Arguments touch_record(const Policy& policy, const Session& session, std::int64_t now) {
    return call_script(kTouchScript, policy, session.user, session.id, now,
                       {std::to_string(touch_interval(policy))});
}

redis::Arguments extend_record(const Policy& policy, const Session& session, std::int64_t expires,
                               std::int64_t now) {
    std::vector<std::string> arguments = {
        std::to_string(session.issued),
        std::to_string(expires),
    };
    arguments.insert(arguments.end(), session.revocable.begin(), session.revocable.end());
    return call_script(kExtendScript, policy, session.user, session.id, now, arguments);
}

Extension read_extension(const redis::Reply& reply) {
    const std::string_view word = outcome(reply);
    if (word == "extended") {
        return Extension::extended;
    }
    if (word == "absent") {
        return Extension::absent;
    }
    return word == "revoked" || word == "stale" ? Extension::refused : Extension::unknown;
}

}  // namespace session
