#include "standing.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "../jwt/text.hpp"
#include "keys.hpp"
#include "marks.hpp"

namespace session {
namespace {

// What a command is about, and so how its reply reads.
enum class About : std::uint8_t { epoch, stale, revoked, record };

struct Inquiry {
    About about;
    redis::Arguments command;
};

std::vector<Inquiry> inquiries(const Session& session, const Policy& policy) {
    const std::string& prefix = policy.store_prefix;
    std::vector<Inquiry> all;
    all.reserve(4 + session.revocable.size());
    if (policy.asks_lists()) {
        all.push_back({About::epoch, {"GET", epoch_key(prefix, "")}});
        if (!session.tenant.empty()) {
            all.push_back({About::epoch, {"GET", epoch_key(prefix, session.tenant)}});
        }
        if (!session.user.empty()) {
            all.push_back({About::stale, {"GET", stale_key(prefix, session.user)}});
        }
        for (const std::string& id : session.revocable) {
            // not GET: the value may be of any type
            all.push_back({About::revoked, {"EXISTS", revoked_key(prefix, session.user, id)}});
        }
    }
    if (policy.asks_record()) {
        all.push_back({About::record,
                       {"HMGET", data_key(prefix, session.user, session.id), "sub", "created_at",
                        "expires_at", "last_activity_at"}});
    }
    return all;
}

Answer is_revoked(const redis::Reply& exists) {
    if (exists.type != redis::Reply::Type::integer || exists.integer < 0 || exists.integer > 1) {
        return Answer::unclear;
    }
    return exists.integer == 1 ? Answer::yes : Answer::no;
}

// A field of a record that is a Unix time; nothing where it is none.
std::optional<std::int64_t> read_time(const redis::Reply& field) {
    std::int64_t time = 0;
    const char* end = field.text.data() + field.text.size();
    const auto [stop, error] = std::from_chars(field.text.data(), end, time);
    if (field.type != redis::Reply::Type::string || error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return time;
}

bool is_record_reply(const redis::Reply& reply) {
    return reply.type == redis::Reply::Type::array && reply.elements.size() == 4;
}

// A time that another writer left out speaks neither for nor against the session.
StoreAnswer read_record(const redis::Reply& reply, const Policy& policy, std::int64_t now) {
    if (!is_record_reply(reply)) {
        return {};
    }
    const std::vector<redis::Reply>& field = reply.elements;
    const bool absent = std::all_of(field.begin(), field.end(), [](const redis::Reply& one) {
        return one.type == redis::Reply::Type::nil;
    });
    if (absent) {
        return {policy.record_required ? Standing::record : Standing::good, std::nullopt};
    }
    const auto created = read_time(field[1]);
    const auto expires = read_time(field[2]);
    StoreAnswer answer{Standing::good, read_time(field[3])};
    if (!answer.last_activity) {
        answer.last_activity = created.value_or(0);
    }
    const std::int64_t absolute = policy.lifetimes.absolute;
    if ((expires && now >= *expires) || (created && absolute > 0 && now >= *created + absolute)) {
        answer.standing = Standing::expired;
    } else if (policy.lifetimes.idle && now - *answer.last_activity > *policy.lifetimes.idle) {
        answer.standing = Standing::idle;
    }
    return answer;
}

Answer read_list(const Inquiry& inquiry, std::int64_t issued, const redis::Reply& reply) {
    return inquiry.about == About::revoked
               ? is_revoked(reply)
               : is_marked(issued, reply, inquiry.about == About::stale);
}

bool is_believed(const Inquiry& inquiry, const redis::Reply& reply) {
    return inquiry.about == About::record ? is_record_reply(reply)
                                          : read_list(inquiry, 0, reply) != Answer::unclear;
}

}  // namespace

std::vector<redis::Arguments> standing_commands(const Session& session, const Policy& policy) {
    std::vector<redis::Arguments> commands;
    for (Inquiry& inquiry : inquiries(session, policy)) {
        commands.push_back(std::move(inquiry.command));
    }
    return commands;
}

StoreAnswer read_standing(const Session& session, const Policy& policy, const redis::Reply* replies,
                          std::size_t count, std::int64_t now) {
    const std::vector<Inquiry> asked = inquiries(session, policy);
    if (count != asked.size()) {
        return {};
    }
    Answer revoked = Answer::no;
    Answer stale = Answer::no;
    Answer epoch = Answer::no;
    StoreAnswer answer{Standing::good, std::nullopt};
    for (std::size_t i = 0; i < count; ++i) {
        if (asked[i].about == About::record) {
            answer = read_record(replies[i], policy, now);
            continue;
        }
        Answer& worst = asked[i].about == About::revoked ? revoked
                        : asked[i].about == About::stale ? stale
                                                         : epoch;
        worst = std::max(worst, read_list(asked[i], session.issued, replies[i]));
    }

    // One reply that speaks against the session is enough, whatever became of the others.
    if (revoked == Answer::yes) {
        answer.standing = Standing::revoked;
    } else if (stale == Answer::yes) {
        answer.standing = Standing::stale;
    } else if (epoch == Answer::yes) {
        answer.standing = Standing::epoch;
    } else if (answer.standing == Standing::good &&
               std::max({revoked, stale, epoch}) == Answer::unclear) {
        answer.standing = Standing::unknown;
    }
    return answer;
}

std::optional<std::string> find_complaint(const Session& session, const Policy& policy,
                                          const redis::Reply* replies, std::size_t count) {
    const std::vector<Inquiry> asked = inquiries(session, policy);
    for (std::size_t i = 0; i < std::min(count, asked.size()); ++i) {
        if (!is_believed(asked[i], replies[i])) {
            std::string said = replies[i].is_error() ? replies[i].text : "an unexpected value";
            std::replace_if(said.begin(), said.end(), jwt::is_control, '?');
            const redis::Arguments& command = asked[i].command;
            return "\"" + command[0] + " " + command[1] + "\": " + said;
        }
    }
    return std::nullopt;
}

}  // namespace session
