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

Answer read_list(About about, std::int64_t issued, const redis::Reply& reply) {
    return about == About::revoked ? is_revoked(reply)
                                   : is_marked(issued, reply, about == About::stale);
}

bool is_believed(const Inquiry& inquiry, const redis::Reply& reply) {
    return inquiry.about == About::record
               ? read_record_times(reply, std::size(kRecordFields)).has_value()
               : read_list(inquiry.about, 0, reply) != Answer::unclear;
}

// Calls `ask` with what each command of inquiries() is about, and the ID where it asks for one.
template <typename Ask>
void each_subject(const Session& session, const Policy& policy, Ask ask) {
    static const std::string none;
    if (policy.asks_lists()) {
        ask(About::epoch, none);
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
    if (policy.asks_record() && !session.found) {
        ask(About::record, session.id);
    }
}

// Fills the inquiry in its place: each request makes some.
void inquire(const Session& session, const Policy& policy, const std::string& id,
             Inquiry& inquiry) {
    const std::string& prefix = policy.store_prefix;
    const auto command = [&inquiry](const char* name, std::string key, std::size_t more = 0) {
        inquiry.command.reserve(2 + more);
        inquiry.command.emplace_back(name);
        inquiry.command.push_back(std::move(key));
    };
    switch (inquiry.about) {
        case About::epoch:
            return command("GET", epoch_key(prefix, id));
        case About::stale:
            return command("GET", stale_key(prefix, id));
        case About::revoked:
            inquiry.until = session.expires == 0 ? 0 : session.expires + policy.rules.leeway;
            // not GET: the value may be of any type
            return command("EXISTS", revoked_key(prefix, session.user, id));
        case About::record:
        case About::id:
            command("HMGET", data_key(prefix, session.user, id), std::size(kRecordFields));
            inquiry.command.insert(inquiry.command.end(), std::begin(kRecordFields),
                                   std::end(kRecordFields));
    }
}

}  // namespace

void append_inquiries(const Session& session, const Policy& policy, std::vector<Inquiry>& all) {
    all.reserve(all.size() + 4 + session.revocable.size());
    each_subject(session, policy, [&](About about, const std::string& id) {
        all.emplace_back().about = about;
        inquire(session, policy, id, all.back());
    });
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

bool is_good(const std::vector<About>& asked, std::int64_t issued,
             const std::vector<redis::Reply>& replies) {
    return std::equal(asked.begin(), asked.end(), replies.begin(), replies.end(),
                      [issued](About about, const redis::Reply& reply) {
                          return read_list(about, issued, reply) == Answer::no;
                      });
}

std::string complain(const std::string& command, const redis::Reply& reply) {
    std::string said = reply.is_error() ? reply.text : "an unexpected value";
    std::replace_if(said.begin(), said.end(), jwt::is_control, '?');
    return "\"" + command + "\": " + said;
}

std::optional<std::string> find_complaint(const Session& session, const Policy& policy,
                                          const redis::Reply* replies, std::size_t count) {
    std::vector<Inquiry> asked;
    append_inquiries(session, policy, asked);
    for (std::size_t i = 0; i < std::min(count, asked.size()); ++i) {
        if (!is_believed(asked[i], replies[i])) {
            const redis::Arguments& command = asked[i].command;
            return complain(command[0] + " " + command[1], replies[i]);
        }
    }
    return std::nullopt;
}

}  // namespace session
