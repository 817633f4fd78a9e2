#include "standing.hpp"

#include <algorithm>
#include <string_view>

#include "../jwt/text.hpp"
#include "keys.hpp"
#include "marks.hpp"
#include "record_life.hpp"

namespace session {
namespace {

Answer is_revoked(const redis::Reply& exists) {
    if (exists.type != redis::Reply::Type::integer || exists.integer < 0 || exists.integer > 1) {
        return Answer::unclear;
    }
    return exists.integer == 1 ? Answer::yes : Answer::no;
}

constexpr std::size_t kFields = 4;

// A record as far as it matters here; what another writer left out speaks neither for nor against
// the session.
struct RecordSeen {
    bool exists = false;
    RecordTimes times;
};

// Nothing where the reply is no record.
std::optional<RecordSeen> parse_record(const redis::Reply& reply) {
    if (reply.type != redis::Reply::Type::array || reply.elements.size() != kFields) {
        return std::nullopt;
    }
    const std::vector<redis::Reply>& field = reply.elements;
    RecordSeen record;
    record.exists = std::any_of(field.begin(), field.end(), [](const redis::Reply& one) {
        return one.type != redis::Reply::Type::nil;
    });
    bool sound = true;
    record.times.created = read_time(field[1], sound);
    record.times.expires = read_time(field[2], sound);
    record.times.last_activity = read_time(field[3], sound);
    return sound ? std::optional(record) : std::nullopt;
}

StoreAnswer read_record(const redis::Reply& reply, const Policy& policy, std::int64_t now) {
    const std::optional<RecordSeen> record = parse_record(reply);
    if (!record) {
        return {};
    }
    if (!record->exists) {
        return {policy.record_required ? Standing::record : Standing::good, std::nullopt};
    }
    StoreAnswer answer{Standing::good, last_activity(record->times)};
    if (is_over(record->times, policy, now)) {
        answer.standing = Standing::expired;
    } else if (is_idle(record->times, policy, now)) {
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
    return inquiry.about == About::record ? parse_record(reply).has_value()
                                          : read_list(inquiry, 0, reply) != Answer::unclear;
}

}  // namespace

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
            all.push_back({About::revoked,
                           {"EXISTS", revoked_key(prefix, session.user, id)},
                           session.expires == 0 ? 0 : session.expires + policy.rules.leeway});
        }
    }
    if (policy.asks_record()) {
        all.push_back({About::record,
                       {"HMGET", data_key(prefix, session.user, session.id), "sub", "created_at",
                        "expires_at", "last_activity_at"}});
    }
    return all;
}

StoreAnswer read_standing(const Session& session, const Policy& policy, const redis::Reply* replies,
                          const redis::Reply* floors, std::size_t count, std::int64_t now) {
    const std::vector<Inquiry> asked = inquiries(session, policy);
    if (count != asked.size()) {
        return {};
    }
    Answer revoked = Answer::no;
    Answer stale = Answer::no;
    Answer epoch = Answer::no;
    StoreAnswer answer{replies == nullptr ? Standing::unknown : Standing::good, std::nullopt};
    for (std::size_t i = 0; i < count; ++i) {
        if (asked[i].about == About::record) {
            answer = replies == nullptr ? answer : read_record(replies[i], policy, now);
            continue;
        }
        Answer& worst = asked[i].about == About::revoked ? revoked
                        : asked[i].about == About::stale ? stale
                                                         : epoch;
        if (replies != nullptr) {
            worst = std::max(worst, read_list(asked[i], session.issued, replies[i]));
        }
        if (floors != nullptr && read_list(asked[i], session.issued, floors[i]) == Answer::yes) {
            worst = Answer::yes;
        }
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
