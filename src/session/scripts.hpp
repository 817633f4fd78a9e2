// The scripts by which records change: each is one atomic step in the store, and doing it twice is
// doing it once, so that a lost reply may be asked for again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"

namespace session {

// The Lua sources. All get the keys and arguments of call_script(), their own arguments behind
// those.
extern const char* const kCreateScript;
extern const char* const kEndScript;
extern const char* const kEndAllScript;
extern const char* const kMarkStaleScript;
extern const char* const kTouchScript;
extern const char* const kExtendScript;
extern const char* const kRotateScript;

struct Script {
    std::string_view name;
    std::string source;  // as call_script() sends it
};

// All of them, for a store that is no Redis and knows them by their names.
std::vector<Script> scripts();

// EVAL with the script for a user, and for the session `id` where there is one.
redis::Arguments call_script(const char* script, const Policy& policy, std::string_view user,
                             std::string_view id, std::int64_t now,
                             const std::vector<std::string>& arguments);

// The first word that a script answers, empty where the reply is none of its answers.
std::string_view outcome(const redis::Reply& reply);

}  // namespace session
