// The commands that change or read a store: each is a call, and what comes of it.
#include <ctime>
#include <iostream>

#include "../jwt/claims.hpp"
#include "../jwt/document.hpp"
#include "../jwt/json_writer.hpp"
#include "../session/return_url.hpp"
#include "call.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "files.hpp"

namespace ctl {
namespace {

constexpr const char* kJson = "application/json";

void no_operands(const CommandLine& line) {
    if (!line.operands().empty()) {
        throw usage("no such argument: \"" + line.operands().front() + "\"");
    }
}

// In one line, whatever came.
std::string problem_of(const Answer& answer) {
    const auto problem = jwt::Claims::parse(answer.json);
    std::string text = "answered " + std::to_string(answer.status);
    for (const char* name : {"field", "detail"}) {
        if (const auto part = problem ? problem->text({name}) : std::nullopt) {
            text += ": " + *part;
        }
    }
    return text;
}

std::string one_line(std::string json) {
    while (!json.empty() && json.back() == '\n') {
        json.pop_back();
    }
    return json;
}

// The answer, once it is sure that it is one.
std::string ask(Place& place, const Call& call) {
    const Answer answer = place.perform(call);
    const bool good = answer.status >= 200 && answer.status < 300;
    if (good && jwt::Document::parse(answer.json)) {
        return one_line(answer.json);
    }
    if (good) {
        throw away("answered " + std::to_string(answer.status) +
                   ", but not as session_admin does: is that its location?");
    }
    throw Failure(answer.status >= 500 ? kAway : kRefused, problem_of(answer));
}

// "name value" a line.
void show_members(const std::string& json) {
    const auto document = jwt::Document::parse(json);
    const auto claims = jwt::Claims::parse(json);
    for (const std::string& name : document->names()) {
        std::cout << name << ' ' << claims->text({name}).value_or("-") << '\n';
    }
}

int tell(const CommandLine& line, const std::string& json) {
    if (line.has("json")) {
        std::cout << json << '\n';
    } else {
        show_members(json);
    }
    return kDone;
}

int tell_of(const CommandLine& line, const Call& call) {
    no_operands(line);
    return tell(line, ask(*find_place(line), call));
}

int revoke_tokens(const CommandLine& line) {
    no_operands(line);
    const auto place = find_place(line);
    int worst = kDone;
    for_each_line([&](std::string_view token) {
        Call call{"POST", {"revoke"}, "", "application/x-www-form-urlencoded", ""};
        call.body = "token=" + session::percent_encode(token);
        try {
            const std::string json = ask(*place, call);
            std::cout << (line.has("json") ? json : "revoked") << '\n';
        } catch (const Failure& failure) {
            if (failure.status() != kRefused) {
                throw;
            }
            worst = kRefused;
            std::cout << (line.has("json") ? jwt::JsonWriter()
                                                 .flag("revoked", false)
                                                 .text("detail", failure.what())
                                                 .object()
                                           : failure.what())
                      << '\n';
        }
    });
    return worst;
}

void append_query(std::string& query, const char* name, const std::optional<std::string>& value) {
    if (value) {
        query +=
            (query.empty() ? "" : "&") + std::string(name) + '=' + session::percent_encode(*value);
    }
}

void show_sessions(const std::string& json) {
    const auto page = jwt::Document::parse(json);
    for (const std::string& text : page->objects("sessions")) {
        const auto record = jwt::Claims::parse(text);
        const char* separator = "";
        for (const char* name :
             {"user", "id", "tenant", "created_at", "last_activity_at", "expires_at", "ip"}) {
            std::cout << separator << record->text({name}).value_or("-");
            separator = "\t";
        }
        std::cout << '\n';
    }
}

}  // namespace

int revoke(const CommandLine& line) {
    const bool one = line.has("id");
    const bool all = line.has("all");
    if ((line.has("stdin") ? 1 : 0) + (one ? 1 : 0) + (all ? 1 : 0) != 1) {
        throw usage("one of --user SUB --id ID, --user SUB --all, and --stdin for tokens");
    }
    if (line.has("stdin")) {
        return revoke_tokens(line);
    }
    const std::string user = line.required("user");
    if (all) {
        return tell_of(line, {"DELETE", {"users", user, "sessions"}, "", "", ""});
    }
    jwt::JsonWriter body;
    body.text("user", user).text("id", line.required("id"));
    if (const auto end = line.point("expires", std::time(nullptr))) {
        body.number("exp", *end);
    }
    return tell_of(line, {"POST", {"revoke"}, "", kJson, body.object()});
}

int stale(const CommandLine& line) {
    const std::string user = line.required("user");
    const int chosen =
        (line.has("before") ? 1 : 0) + (line.has("deleted") ? 1 : 0) + (line.has("remove") ? 1 : 0);
    if (chosen > 1) {
        throw usage("only one of --before TIME, --deleted and --remove");
    }
    const std::vector<std::string> path = {"users", user, "stale"};
    if (line.has("remove")) {
        return tell_of(line, {"DELETE", path, "", "", ""});
    }
    const std::int64_t now = std::time(nullptr);
    jwt::JsonWriter body;
    line.has("deleted") ? body.flag("deleted", true)
                        : body.number("before", line.point("before", now).value_or(now));
    return tell_of(line, {"PUT", path, "", kJson, body.object()});
}

int epoch(const CommandLine& line) {
    line.required("before");  // nobody should end all sessions by a command without a time
    jwt::JsonWriter body;
    body.number("before", line.point("before", std::time(nullptr)).value_or(0));
    if (const auto tenant = line.value("tenant")) {
        body.text("tenant", *tenant);
    }
    return tell_of(line, {"POST", {"epoch"}, "", kJson, body.object()});
}

int list(const CommandLine& line) {
    no_operands(line);
    const auto place = find_place(line);
    auto cursor = line.value("cursor");
    do {
        Call call{"GET", {"sessions"}, "", "", ""};
        append_query(call.query, "user", line.value("user"));
        append_query(call.query, "tenant", line.value("tenant"));
        append_query(call.query, "limit", line.value("limit"));
        append_query(call.query, "cursor", cursor);
        const std::string json = ask(*place, call);
        if (line.has("json")) {
            std::cout << json << '\n';
        } else {
            show_sessions(json);
        }
        cursor = jwt::Document::parse(json)->string("cursor");
    } while (cursor && line.has("all"));
    if (cursor && !line.has("json")) {
        std::cerr << "session-ctl: more follow: --cursor " << *cursor << ", or --all\n";
    }
    return kDone;
}

int stats(const CommandLine& line) {
    return tell_of(line, {"GET", {"stats"}, "", "", ""});
}

int cleanup(const CommandLine& line) {
    return tell_of(line, {"POST", {"cleanup"}, "", "", ""});
}

}  // namespace ctl
