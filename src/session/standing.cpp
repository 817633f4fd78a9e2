#include "standing.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "../jwt/text.hpp"
#include "ascii.hpp"

namespace session {
namespace {

// What one reply says of "is it out?", the more telling the greater.
enum class Answer : std::uint8_t { no, unclear, yes };

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A time too far for 64 bits is after every token.
std::int64_t read_time(std::string_view digits) {
    std::int64_t time = std::numeric_limits<std::int64_t>::max();
    std::from_chars(digits.data(), digits.data() + digits.size(), time);
    return time;
}

Answer is_issued_by(std::int64_t issued, const redis::Reply& mark) {
    if (mark.type == redis::Reply::Type::nil) {
        return Answer::no;
    }
    if (mark.type != redis::Reply::Type::string || !is_digits(mark.text)) {
        return Answer::unclear;
    }
    return issued <= read_time(mark.text) ? Answer::yes : Answer::no;
}

Answer is_stale(std::int64_t issued, const redis::Reply& mark) {
    const bool all = mark.type == redis::Reply::Type::string && mark.text == "*";
    return all ? Answer::yes : is_issued_by(issued, mark);
}

Answer is_revoked(const redis::Reply& exists) {
    if (exists.type != redis::Reply::Type::integer || exists.integer < 0 || exists.integer > 1) {
        return Answer::unclear;
    }
    return exists.integer == 1 ? Answer::yes : Answer::no;
}

bool is_believed(const Session& session, std::size_t index, const redis::Reply& reply) {
    const std::size_t stale = session.tenant.empty() ? 1 : 2;
    const std::size_t first_revoked = stale + (session.user.empty() ? 0 : 1);
    if (index >= first_revoked) {
        return is_revoked(reply) != Answer::unclear;
    }
    const bool may_be_all = !session.user.empty() && index == stale;
    return (may_be_all ? is_stale(0, reply) : is_issued_by(0, reply)) != Answer::unclear;
}

}  // namespace

std::vector<redis::Arguments> standing_commands(const Session& session, std::string_view prefix) {
    const std::string start(prefix);
    std::vector<redis::Arguments> commands;
    commands.reserve(3 + session.revocable.size());
    commands.push_back({"GET", start + "epoch"});
    if (!session.tenant.empty()) {
        commands.push_back({"GET", start + "epoch:" + session.tenant});
    }
    if (!session.user.empty()) {
        commands.push_back({"GET", start + "stale:{" + session.user + "}"});
    }
    const std::string revoked = start + "revoked:{" + session.user + "}:";
    for (const std::string& id : session.revocable) {
        commands.push_back({"EXISTS", revoked + id});  // not GET: the value may be of any type
    }
    return commands;
}

Standing read_standing(const Session& session, const redis::Reply* replies, std::size_t count) {
    const bool has_tenant = !session.tenant.empty();
    const bool has_user = !session.user.empty();
    if (count != 1 + (has_tenant ? 1 : 0) + (has_user ? 1 : 0) + session.revocable.size()) {
        return Standing::unknown;
    }
    const redis::Reply* next = replies;
    Answer epoch = is_issued_by(session.issued, *next++);
    if (has_tenant) {
        epoch = std::max(epoch, is_issued_by(session.issued, *next++));
    }
    const Answer stale = has_user ? is_stale(session.issued, *next++) : Answer::no;
    Answer revoked = Answer::no;
    for (; next != replies + count; ++next) {
        revoked = std::max(revoked, is_revoked(*next));
    }

    // One reply that speaks against the session is enough, whatever became of the others.
    if (revoked == Answer::yes) {
        return Standing::revoked;
    }
    if (stale == Answer::yes) {
        return Standing::stale;
    }
    if (epoch == Answer::yes) {
        return Standing::epoch;
    }
    return std::max({revoked, stale, epoch}) == Answer::no ? Standing::good : Standing::unknown;
}

std::optional<std::string> find_complaint(const Session& session, std::string_view prefix,
                                          const redis::Reply* replies, std::size_t count) {
    const std::vector<redis::Arguments> commands = standing_commands(session, prefix);
    for (std::size_t i = 0; i < std::min(count, commands.size()); ++i) {
        if (!is_believed(session, i, replies[i])) {
            std::string said = replies[i].is_error() ? replies[i].text : "an unexpected value";
            std::replace_if(said.begin(), said.end(), jwt::is_control, '?');
            return "\"" + commands[i][0] + " " + commands[i][1] + "\": " + said;
        }
    }
    return std::nullopt;
}

}  // namespace session
