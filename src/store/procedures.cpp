#include "procedures.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "rotate.hpp"
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

}  // namespace

const std::string& Invocation::at(std::size_t index) const {
    return index < command_.size() ? command_[index] : kNothing;
}

Procedure find_procedure(std::string_view name) {
    static constexpr std::pair<std::string_view, Procedure> kProcedures[] = {
        {"create", create_session},      {"end", end_session},     {"end_all", end_all_sessions},
        {"mark_stale", mark_user_stale}, {"touch", touch_session}, {"extend", extend_session},
        {"rotate", rotate_session},
    };
    for (const auto& [own, procedure] : kProcedures) {
        if (own == name) {
            return procedure;
        }
    }
    return nullptr;
}

}  // namespace store
