#include "rotate.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "step.hpp"

namespace store {
namespace {

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
