#include "search.hpp"

#include <iterator>
#include <utility>

#include "../jwt/token.hpp"
#include "found.hpp"
#include "hash.hpp"
#include "keys.hpp"
#include "marks.hpp"
#include "record_times.hpp"

namespace session {
namespace {

using redis::Reply;

constexpr std::size_t kNames = 2;                          // "sub" and "sid"
constexpr std::size_t kTenant = std::size(kRecordFields);  // behind the times
constexpr std::size_t kClaims = kTenant + 1;
constexpr std::size_t kFields = kClaims + 1;

bool is_nil(const Reply& reply) {
    return reply.type == Reply::Type::nil;
}

bool is_text(const Reply& reply) {
    return reply.type == Reply::Type::string;
}

Finding refused(Reason reason) {
    Finding finding;
    finding.reason = reason;
    return finding;
}

// The key is not told: connect-redis has the id itself in it.
Finding unbelievable(const std::string& command, const Reply& reply) {
    Finding finding;
    finding.complaint = complain(command, reply);
    return finding;
}

Finding read_express(const Policy& policy, const Reply& reply, std::string_view hash,
                     std::int64_t now) {
    if (is_nil(reply)) {
        return refused(Reason::record);
    }
    auto finding =
        is_text(reply) ? found_express_session(policy, reply.text, hash, now) : std::nullopt;
    return finding ? std::move(*finding)
                   : unbelievable("GET " + policy.store_prefix + "sess:...", reply);
}

// What the fields say beside the times; nothing where they are none of a record.
std::optional<Stored> read_fields(const std::vector<Reply>& field, std::string_view user) {
    for (const std::size_t index : {std::size_t{0}, kTenant, kClaims}) {
        if (!is_text(field[index]) && !is_nil(field[index])) {
            return std::nullopt;
        }
    }
    if (is_text(field[0]) && !field[0].text.empty() && field[0].text != user) {
        return std::nullopt;  // the id names a record of another user
    }
    Stored stored;
    stored.user = user;
    stored.tenant = field[kTenant].text;
    stored.claims = field[kClaims].text;
    return stored;
}

}  // namespace

Search::Search(const Policy& policy, std::string_view id) : hash_(hash_of(id)) {
    key_ = policy.record_format == RecordFormat::connect_redis
               ? express_key(policy.store_prefix, id)
               : opaque_key(policy.store_prefix, hash_);
}

std::vector<Inquiry> Search::questions(const Policy& policy) const {
    if (policy.record_format == RecordFormat::connect_redis) {
        return {{About::id, {"GET", key_}}};
    }
    if (!is_named()) {
        return {{About::id, {"HMGET", key_, "sub", "sid"}}};
    }
    const std::string& prefix = policy.store_prefix;
    Inquiry record{About::id, {"HMGET", data_key(prefix, user_, session_)}};
    record.command.insert(record.command.end(), std::begin(kRecordFields), std::end(kRecordFields));
    record.command.insert(record.command.end(), {"tenant", "claims"});
    std::vector<Inquiry> all = {std::move(record)};
    if (policy.asks_lists()) {
        all.push_back({About::revoked, {"EXISTS", revoked_key(prefix, user_, session_)}});
    }
    return all;
}

std::optional<Finding> Search::answer(const Policy& policy, const Reply* replies,
                                      const Reply* floors, std::int64_t now) {
    if (is_named()) {
        return read_record(policy, replies, floors, now);
    }
    if (replies == nullptr) {
        return Finding();
    }
    return policy.record_format == RecordFormat::connect_redis
               ? std::optional(read_express(policy, *replies, hash_, now))
               : read_names(*replies);
}

std::optional<Finding> Search::read_names(const Reply& reply) {
    const auto complaint = [this, &reply] { return unbelievable("HMGET " + key_, reply); };
    if (reply.type != Reply::Type::array || reply.elements.size() != kNames) {
        return complaint();
    }
    const Reply& user = reply.elements[0];
    const Reply& session = reply.elements[1];
    if (is_nil(user) && is_nil(session)) {
        return refused(Reason::record);
    }
    if (!is_text(user) || !is_text(session) || !jwt::is_name(user.text) ||
        !jwt::is_name(session.text)) {
        return complaint();
    }
    user_ = user.text;
    session_ = session.text;
    return std::nullopt;
}

// A session that has ended has left its revocation, which tells more than that its record is gone.
Finding Search::read_record(const Policy& policy, const Reply* replies, const Reply* floors,
                            std::int64_t now) const {
    Stored stored;
    stored.user = user_;
    stored.id = session_;
    Finding named = found_session(policy, stored, now).value_or(Finding());
    named.reason = Reason::store;
    const bool listed = policy.asks_lists();
    if (listed && ((replies != nullptr && is_revoked(replies[1]) == Answer::yes) ||
                   (floors != nullptr && is_revoked(floors[1]) == Answer::yes))) {
        named.reason = Reason::revoked;
        return named;
    }
    if (replies == nullptr) {
        return named;
    }
    const std::string key = data_key(policy.store_prefix, user_, session_);
    const auto times = read_record_times(replies[0], kFields);
    if (!times) {
        named.complaint = complain("HMGET " + key, replies[0]);
        return named;
    }
    if (!times->exists) {
        named.reason = Reason::record;
        return named;
    }
    auto read = read_fields(replies[0].elements, user_);
    if (read) {
        read->id = session_;
        read->issued = times->created.value_or(0);
        read->expires = times->expires.value_or(0);
    }
    auto finding = read ? found_session(policy, *read, now) : std::nullopt;
    if (!finding) {
        named.complaint = complain("HMGET " + key, Reply());
        return named;
    }
    finding->last_activity = times->active();
    const Standing standing = standing_of(*times, policy, now);
    if (standing != Standing::good) {
        finding->reason = standing == Standing::idle ? Reason::idle : Reason::expired;
    }
    return std::move(*finding);
}

std::vector<redis::Arguments> name_session(const Policy& policy, std::string_view id,
                                           std::string_view user, std::string_view session,
                                           std::int64_t seconds) {
    const std::string key = opaque_key(policy.store_prefix, hash_of(id));
    return {
        {"HSET", key, "sub", std::string(user), "sid", std::string(session)},
        {"EXPIRE", key, std::to_string(seconds)},
    };
}

bool is_named(const std::vector<Reply>& replies) {
    return replies.size() == 3 && replies[0].type == Reply::Type::integer &&
           replies[1].type == Reply::Type::integer && replies[1].integer == 1;
}

redis::Arguments keep_name(const Policy& policy, std::string_view id, std::int64_t seconds) {
    return {"EXPIRE", opaque_key(policy.store_prefix, hash_of(id)), std::to_string(seconds)};
}

}  // namespace session
