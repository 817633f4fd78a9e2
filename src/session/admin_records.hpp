// Records of sessions as operators see them: read from the store, found by walking over it, told as
// JSON. Never a hash, a claim or a token.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../redis/resp.hpp"
#include "policy.hpp"
#include "record_times.hpp"

namespace session {

struct SessionRecord {
    std::string user;
    std::string id;
    std::string tenant;  // may be empty, as address and user agent
    std::string address;
    std::string user_agent;
    RecordTimes times;
    std::int64_t created_us = 0;               // for the order of logins
    std::optional<std::int64_t> tokens_until;  // the end of its last token
};

redis::Arguments read_session_record(std::string key);
bool is_record_reply(const redis::Reply& reply);  // to it, also where there is no record

// What the reply says of the session of that user and ID; nothing where there is no record, or none
// that can be read.
std::optional<SessionRecord> session_record(std::string user, std::string id,
                                            const redis::Reply& reply);

// Whether it cannot be used any more.
bool is_expired(const SessionRecord& record, const Policy& policy, std::int64_t now);

bool is_newer(const SessionRecord& one, const SessionRecord& other);

std::string record_json(const SessionRecord& record);
std::string record_json(const SessionRecord& record, std::optional<std::uint64_t> connections);

// All records of the realm, some at a time, by SCAN: those that are there from the beginning to the
// end of the walk are met, some of them twice.
class RecordWalk {
public:
    // `cursor` as SCAN gives it, "0" to begin. The policy must outlive it.
    RecordWalk(const Policy& policy, std::string cursor);

    // What to ask next: more keys, about `count` of them looked at, or the records of some keys.
    std::vector<redis::Arguments> next(std::size_t count);

    // The records that came of it, often none; nothing where the store has failed.
    std::optional<std::vector<SessionRecord>> take(const std::vector<redis::Reply>& replies);

    // Whether the walk may end here, and where it would go on: "0" is nowhere.
    bool at_rest() const { return begun_ && keys_.empty(); }
    bool at_end() const { return at_rest() && cursor_ == "0"; }
    const std::string& cursor() const { return cursor_; }

    std::size_t looked_at() const { return looked_at_; }  // keys, an estimate

private:
    bool take_keys(const std::vector<redis::Reply>& replies);

    const Policy& policy_;
    std::string cursor_;
    bool begun_ = false;
    std::size_t looked_at_ = 0;
    std::size_t asked_ = 0;  // of keys_, the first
    std::size_t count_ = 0;
    std::deque<std::string> keys_;  // whose records are still to be read
};

}  // namespace session
