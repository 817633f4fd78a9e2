#include "procedures.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "step.hpp"

namespace store {
namespace {

const std::string kNothing;

struct Open {
    double created;
    std::string id;
};

// The user's sessions that count, oldest first.
std::vector<Open> open_sessions(const Keyspace& keyspace, const Step& step,
                                std::string_view previous) {
    std::vector<Open> open;
    for (const Scored& other : keyspace.members(step.index())) {
        if (other.member == step.id() || other.member == previous ||
            step.field(other.member, "expires_at") <= step.now()) {
            continue;
        }
        constexpr double kMicroseconds = 1000000;
        const auto exactly = keyspace.field(step.data(other.member), "created_us");
        const auto created = exactly ? to_number(*exactly) : std::nullopt;
        open.push_back({created ? *created : step.field(other.member, "created_at") * kMicroseconds,
                        other.member});
    }
    std::stable_sort(open.begin(), open.end(), [](const Open& one, const Open& other) {
        return one.created < other.created;
    });
    return open;
}

// A token that was rotated, and the key and end of its successor.
struct Rotated {
    std::string hash;
    std::string time;
    std::string key;
    std::string ends;
};

std::string_view next_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

// Those within the grace, oldest first: "hash time key ends", joined by commas.
std::vector<Rotated> read_recent(std::string_view text, double now, double grace) {
    std::vector<Rotated> recent;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        Rotated one;
        for (std::string* word : {&one.hash, &one.time, &one.key, &one.ends}) {
            *word = next_word(line);
        }
        const auto time = to_number(one.time);
        if (time && !one.ends.empty() && now - *time <= grace) {
            recent.push_back(std::move(one));
        }
    }
    return recent;
}

std::string write_recent(const std::vector<Rotated>& recent) {
    std::string text;
    for (const Rotated& one : recent) {
        text += text.empty() ? "" : ",";
        text += one.hash + ' ' + one.time + ' ' + one.key + ' ' + one.ends;
    }
    return text;
}

struct Record {
    std::optional<std::string> user;
    std::optional<std::string> refresh;
    double created = 0;
    double expires = 0;
    double active = 0;
};

// Why the record's refresh token is not to be used; empty: it may be.
std::string_view objection(const Keyspace& keyspace, const Step& step, const Record& record,
                           double idle) {
    if (keyspace.type(step.revoked(step.id())) != Type::none) {
        return "revoked";
    }
    if (!record.user || !record.refresh) {
        return "record";
    }
    if (step.mark() >= record.created) {
        return "stale";
    }
    if (step.now() >= record.expires) {
        return "expired";
    }
    return idle > 0 && step.now() - record.active > idle ? "idle" : "";
}

Record read_record(const Keyspace& keyspace, const Step& step) {
    const std::string key = step.data(step.id());
    Record record;
    record.user = keyspace.field(key, "sub");
    record.refresh = keyspace.field(key, "refresh");
    record.created = step.field(step.id(), "created_at");
    record.expires = step.field(step.id(), "expires_at");
    const auto active = keyspace.field(key, "last_activity_at");
    record.active = (active ? to_number(*active) : std::nullopt).value_or(record.created);
    return record;
}

// The record gets the successor that the caller has made.
void advance(Step& step, const Invocation& call, std::vector<Rotated>& recent) {
    constexpr std::size_t kMost = 16;
    recent.push_back({call.argument(6), to_text(step.now()), call.argument(8), call.argument(9)});
    if (recent.size() > kMost) {
        recent.erase(recent.begin());
    }
    const double expires = std::max(step.number(9), step.number(12));
    step.set("refresh", call.argument(7));
    step.set("refresh_recent", write_recent(recent));
    step.set("expires_at", to_text(expires));
    step.keep(step.id(), expires);
}

}  // namespace

const std::string& Invocation::at(std::size_t index) const {
    return index < command_.size() ? command_[index] : kNothing;
}

redis::Reply create_session(Keyspace& keyspace, const Invocation& call) {
    keyspace.set_purpose(Purpose::record);
    Step step(keyspace, call);
    const double expires = step.number(8);
    const auto limit = static_cast<std::size_t>(step.number(9));
    const std::string& previous = call.argument(12);
    const double issued = std::max(step.number(6), step.mark() + 1);
    if (issued > step.number(7)) {
        return array_reply({"stale"});
    }
    std::vector<Open> open;
    if (limit > 0) {
        open = open_sessions(keyspace, step, previous);
        if (open.size() >= limit && call.argument(10) == "1") {
            return array_reply({"full"});
        }
    }
    const std::string created = to_text(issued);
    std::vector<Named> fields = {{"created_at", created}};
    for (std::size_t i = 14; i < call.arguments(); i += 2) {
        fields.push_back({call.argument(i), call.argument(i + 1)});
    }
    keyspace.set_fields(step.data(step.id()), fields);
    keyspace.erase_scored(step.index(), -std::numeric_limits<double>::infinity(), step.now());
    step.keep(step.id(), expires);
    for (std::size_t i = 0; limit > 0 && i + limit <= open.size(); ++i) {
        step.finish(open[i].id, step.number(11));
    }
    if (!previous.empty()) {
        step.finish(previous, step.number(13));
    }
    return array_reply({"created", created});
}

redis::Reply end_session(Keyspace& keyspace, const Invocation& call) {
    Step step(keyspace, call);
    const double last_token = step.number(6);
    step.finish(step.id(), last_token);
    for (std::size_t i = 7; i <= call.arguments(); ++i) {
        step.revoke(call.argument(i), last_token);
    }
    return array_reply({"ended"});
}

redis::Reply end_all_sessions(Keyspace& keyspace, const Invocation& call) {
    Step step(keyspace, call);
    const double last_token = step.number(6);
    for (const Scored& other : keyspace.members(step.index())) {
        step.finish(other.member, last_token);
    }
    step.mark_stale(step.now(), last_token);
    return array_reply({"ended"});
}

redis::Reply mark_user_stale(Keyspace& keyspace, const Invocation& call) {
    Step step(keyspace, call);
    const std::string next = to_text(step.now() + 1);
    double time = step.now();
    for (const Scored& other : keyspace.members(step.index())) {
        if (keyspace.field(step.data(other.member), "created_at") == next) {
            time = step.now() + 1;
        }
    }
    step.mark_stale(time, step.number(6));
    return array_reply({"marked"});
}

redis::Reply touch_session(Keyspace& keyspace, const Invocation& call) {
    keyspace.set_purpose(Purpose::upkeep);
    Step step(keyspace, call);
    const bool due = step.now() - step.field(step.id(), "last_activity_at") >= step.number(6);
    if (due && keyspace.type(step.data(step.id())) != Type::none) {
        step.set("last_activity_at", to_text(step.now()));
    }
    return array_reply({"touched"});
}

redis::Reply extend_session(Keyspace& keyspace, const Invocation& call) {
    keyspace.set_purpose(Purpose::upkeep);
    Step step(keyspace, call);
    const double expires = step.number(7);
    for (std::size_t i = 8; i <= call.arguments(); ++i) {
        if (keyspace.type(step.revoked(call.argument(i))) != Type::none) {
            return array_reply({"revoked"});
        }
    }
    if (step.mark() >= step.number(6)) {
        return array_reply({"stale"});
    }
    if (keyspace.type(step.data(step.id())) == Type::none) {
        return array_reply({"absent"});
    }
    step.set("last_activity_at", to_text(step.now()));
    step.grow("tokens_until", expires);
    step.keep(step.id(), step.grow("expires_at", expires));
    return array_reply({"extended"});
}

redis::Reply rotate_session(Keyspace& keyspace, const Invocation& call) {
    Step step(keyspace, call);
    const std::string& presented = call.argument(6);
    const double last_token = step.number(12);
    const Record record = read_record(keyspace, step);
    const std::string_view no = objection(keyspace, step, record, step.number(11));
    if (!no.empty()) {
        return array_reply({no});
    }
    const std::string key = step.data(step.id());
    std::vector<Rotated> recent = read_recent(keyspace.field(key, "refresh_recent").value_or(""),
                                              step.now(), step.number(10));
    std::size_t from = recent.size();
    if (presented == *record.refresh) {
        keyspace.set_purpose(Purpose::upkeep);
        advance(step, call, recent);
        from = recent.size() - 1;
    } else {
        for (std::size_t i = 0; i < recent.size(); ++i) {
            from = recent[i].hash == presented ? i : from;
        }
    }
    if (from == recent.size()) {
        step.finish(step.id(), last_token);
        return array_reply({"replayed"});
    }
    keyspace.set_purpose(Purpose::upkeep);
    step.set("last_activity_at", to_text(step.now()));
    step.grow("tokens_until", last_token);
    redis::Reply answer =
        array_reply({"rotated", to_text(record.created), keyspace.field(key, "tenant").value_or(""),
                     keyspace.field(key, "claims").value_or("")});
    for (std::size_t i = from; i < recent.size(); ++i) {
        answer.elements.push_back(text_reply(recent[i].key));
        answer.elements.push_back(text_reply(recent[i].ends));
    }
    return answer;
}

}  // namespace store
