#include "standing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "../jwt/text.hpp"
#include "keys.hpp"
#include "marks.hpp"
#include "record_times.hpp"

namespace session {
namespace {

StoreAnswer read_record(const redis::Reply& reply, const Policy& policy, std::int64_t now) {
    const auto record = read_record_times(reply, std::size(kRecordFields));
    if (!record) {
        return {};
    }
    if (!record->exists) {
        return {policy.record_required ? Standing::record : Standing::good, std::nullopt};
    }
    return {standing_of(*record, policy, now), record->active()};
}

Answer read_list(const Inquiry& inquiry, std::int64_t issued, const redis::Reply& reply) {
    return inquiry.about == About::revoked
               ? is_revoked(reply)
               : is_marked(issued, reply, inquiry.about == About::stale);
}

bool is_believed(const Inquiry& inquiry, const redis::Reply& reply) {
    return inquiry.about == About::record
               ? read_record_times(reply, std::size(kRecordFields)).has_value()
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
    if (policy.asks_record() && !session.found) {
        Inquiry record{About::record, {"HMGET", data_key(prefix, session.user, session.id)}};
        record.command.insert(record.command.end(), std::begin(kRecordFields),
                              std::end(kRecordFields));
        all.push_back(std::move(record));
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

std::string complain(const std::string& command, const redis::Reply& reply) {
    std::string said = reply.is_error() ? reply.text : "an unexpected value";
    std::replace_if(said.begin(), said.end(), jwt::is_control, '?');
    return "\"" + command + "\": " + said;
}

std::optional<std::string> find_complaint(const Session& session, const Policy& policy,
                                          const redis::Reply* replies, std::size_t count) {
    const std::vector<Inquiry> asked = inquiries(session, policy);
    for (std::size_t i = 0; i < std::min(count, asked.size()); ++i) {
        if (!is_believed(asked[i], replies[i])) {
            const redis::Arguments& command = asked[i].command;
            return complain(command[0] + " " + command[1], replies[i]);
        }
    }
    return std::nullopt;
}

}  // namespace session
