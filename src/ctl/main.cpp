// session-ctl: a realm's tokens and sessions from the shell.
#include <exception>
#include <initializer_list>
#include <iostream>
#include <string>
#include <vector>

#include "../jwt/json_writer.hpp"
#include "call.hpp"
#include "commands.hpp"
#include "failure.hpp"
#include "realm.hpp"
#include "redis_settings.hpp"
#include "source.hpp"
#include "usage.hpp"

namespace ctl {
namespace {

struct Command {
    std::string_view name;
    int (*run)(const CommandLine& line);
    std::vector<Option> options;
};

std::vector<Option> together(std::initializer_list<std::vector<Option>> lists) {
    std::vector<Option> all = {{"json", false}, {"help", false}};
    for (const auto& list : lists) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

std::vector<Command> commands() {
    const auto offline = together({kKeyOptions, kRuleOptions, kFormOptions, {{"stdin", false}}});
    const auto online = together({kPlaceOptions, kRedisOptions, kStoreOptions});
    return {
        {"verify", verify, offline},
        {"inspect", inspect, offline},
        {"mint", mint,
         together({kKeyOptions,
                   kRuleOptions,
                   {{"user"}, {"tenant"}, {"lifetime"}, {"session"}, {"id"}, {"payload"}}})},
        {"revoke", revoke,
         together({kPlaceOptions,
                   kRedisOptions,
                   kStoreOptions,
                   kKeyOptions,
                   kRuleOptions,
                   {{"user"}, {"id"}, {"expires"}, {"all", false}, {"stdin", false}}})},
        {"stale", stale,
         together({kPlaceOptions,
                   kRedisOptions,
                   kStoreOptions,
                   {{"user"}, {"before"}, {"deleted", false}, {"remove", false}}})},
        {"epoch", epoch,
         together({kPlaceOptions, kRedisOptions, kStoreOptions, {{"before"}, {"tenant"}}})},
        {"list", list,
         together({kPlaceOptions,
                   kRedisOptions,
                   kStoreOptions,
                   {{"user"}, {"tenant"}, {"limit"}, {"cursor"}, {"all", false}}})},
        {"stats", stats, online},
        {"cleanup", cleanup, online},
    };
}

int run(const std::string& name, const std::vector<std::string>& words) {
    for (const Command& command : commands()) {
        if (command.name != name) {
            continue;
        }
        const CommandLine line(words, command.options);
        if (line.has("help")) {
            print_help(name);
            return kDone;
        }
        return command.run(line);
    }
    throw usage(name.empty() ? "a command is missing" : "no such command: \"" + name + '"');
}

int fail(int status, const std::string& name, const std::string& text, bool json) {
    std::cout.flush();
    if (json && status != kUsage) {
        std::cout << jwt::JsonWriter().text("error", text).object() << '\n';
    }
    std::cerr << "session-ctl: " << text << '\n';
    if (status == kUsage) {
        std::cerr << "See \"session-ctl " << (name.empty() ? "" : name + " ") << "--help\".\n";
    }
    return status;
}

int serve(std::vector<std::string> words) {
    const std::string name = words.empty() ? "" : words.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print_help("");
        return kDone;
    }
    if (!words.empty()) {
        words.erase(words.begin());
    }
    bool json = false;
    for (const std::string& word : words) {
        json = json || word == "--json";
    }
    try {
        const int status = run(name, words);
        std::cout.flush();
        return std::cout ? status : fail(kAway, name, "cannot write to standard output", false);
    } catch (const Failure& failure) {
        return fail(failure.status(), name, failure.what(), json);
    } catch (const std::exception& error) {
        return fail(kAway, name, error.what(), json);
    }
}

}  // namespace
}  // namespace ctl

int main(int count, char** words) {
    return ctl::serve(std::vector<std::string>(words + 1, words + count));
}
