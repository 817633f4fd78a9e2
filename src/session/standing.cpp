#include "standing.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "../jwt/text.hpp"
#include "ascii.hpp"
#include "keys.hpp"
#include "marks.hpp"

namespace session {
namespace {

Answer is_revoked(const redis::Reply& exists) {
    if (exists.type != redis::Reply::Type::integer || exists.integer < 0 || exists.integer > 1) {
        return Answer::unclear;
    }
    return exists.integer == 1 ? Answer::yes : Answer::no;
}

constexpr std::int64_t kMaxTime = std::int64_t{1} << 53;  // as of claims
constexpr std::size_t kFields = 4;

bool is_fraction(std::string_view text) {
    return text.empty() || (text.size() > 1 && text.front() == '.' &&
                            std::all_of(text.begin() + 1, text.end(), is_digit));
}

// A field of a record that is a Unix time, of which a fraction is dropped, or absent; `sound` turns
// false where it is neither.
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

// A record as far as it matters here; what another writer left out speaks neither for nor against
// the session.
struct RecordSeen {
    bool exists = false;
    std::optional<std::int64_t> created;
    std::optional<std::int64_t> expires;
    std::optional<std::int64_t> last_activity;
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
    record.created = read_time(field[1], sound);
    record.expires = read_time(field[2], sound);
    record.last_activity = read_time(field[3], sound);
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
    const std::int64_t active = record->last_activity.value_or(record->created.value_or(0));
    const std::int64_t absolute = policy.lifetimes.absolute;
    StoreAnswer answer{Standing::good, active};
    if ((record->expires && now >= *record->expires) ||
        (record->created && absolute > 0 && now >= *record->created + absolute)) {
        answer.standing = Standing::expired;
    } else if (policy.lifetimes.idle && now - active > *policy.lifetimes.idle) {
        answer.standing = Standing::idle;
    }
    return answer;
}

Answer read_list(About about, std::int64_t issued, const redis::Reply& reply) {
    return about == About::revoked ? is_revoked(reply)
                                   : is_marked(issued, reply, about == About::stale);
}

bool is_believed(const Inquiry& inquiry, const redis::Reply& reply) {
    return inquiry.about == About::record ? parse_record(reply).has_value()
                                          : read_list(inquiry.about, 0, reply) != Answer::unclear;
}

// Calls `ask` with what each command of inquiries() is about, and the ID where it asks for one.
template <typename Ask>
void each_subject(const Session& session, const Policy& policy, Ask ask) {
    static const std::string kNone;
    if (policy.asks_lists()) {
        ask(About::epoch, kNone);
        if (!session.tenant.empty()) {
            ask(About::epoch, session.tenant);
        }
        if (!session.user.empty()) {
            ask(About::stale, session.user);
        }
        for (const std::string& id : session.revocable) {
            ask(About::revoked, id);
        }
    }
    if (policy.asks_record()) {
        ask(About::record, session.id);
    }
}

Inquiry inquire(const Session& session, const Policy& policy, About about, const std::string& id) {
    const std::string& prefix = policy.store_prefix;
    switch (about) {
        case About::epoch:
            return {about, {"GET", epoch_key(prefix, id)}};
        case About::stale:
            return {about, {"GET", stale_key(prefix, id)}};
        case About::revoked:
            // not GET: the value may be of any type
            return {about,
                    {"EXISTS", revoked_key(prefix, session.user, id)},
                    session.expires == 0 ? 0 : session.expires + policy.rules.leeway};
        case About::record:
            break;
    }
    return {About::record,
            {"HMGET", data_key(prefix, session.user, id), "sub", "created_at", "expires_at",
             "last_activity_at"}};
}

}  // namespace

std::vector<Inquiry> inquiries(const Session& session, const Policy& policy) {
    std::vector<Inquiry> all;
    all.reserve(4 + session.revocable.size());
    each_subject(session, policy, [&](About about, const std::string& id) {
        all.push_back(inquire(session, policy, about, id));
    });
    return all;
}

StoreAnswer read_standing(const Session& session, const Policy& policy, const redis::Reply* replies,
                          const redis::Reply* floors, std::size_t count, std::int64_t now) {
    Answer revoked = Answer::no;
    Answer stale = Answer::no;
    Answer epoch = Answer::no;
    StoreAnswer answer{replies == nullptr ? Standing::unknown : Standing::good, std::nullopt};
    std::size_t i = 0;
    each_subject(session, policy, [&](About about, const std::string&) {
        const std::size_t own = i++;
        if (own >= count) {
            return;
        }
        if (about == About::record) {
            answer = replies == nullptr ? answer : read_record(replies[own], policy, now);
            return;
        }
        Answer& worst = about == About::revoked ? revoked : about == About::stale ? stale : epoch;
        if (replies != nullptr) {
            worst = std::max(worst, read_list(about, session.issued, replies[own]));
        }
        if (floors != nullptr && read_list(about, session.issued, floors[own]) == Answer::yes) {
            worst = Answer::yes;
        }
    });
    if (i != count) {
        return {};
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
