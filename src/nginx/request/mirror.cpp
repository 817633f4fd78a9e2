#include "mirror.hpp"

#include <algorithm>
#include <array>

#include "../../cache/coherence.hpp"
#include "../../session/hash.hpp"
#include "../../session/keys.hpp"
#include "../live/live_feed.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

using cache::Answer;
using redis::Reply;

std::uint32_t now() {
    return static_cast<std::uint32_t>(ngx_time());
}

// Whether the one speaks against fewer than the other.
bool is_weaker(const Answer& one, const Answer& other) {
    return one.kind == Answer::Kind::absent ||
           (one.kind == Answer::Kind::mark && other.kind == Answer::Kind::mark &&
            one.value < other.value);
}

// When nobody wants to know any more: a mark is about no token beyond the longest session.
std::int64_t until_of(const Answer& answer, std::int64_t token_end, const Realm& realm) {
    return answer.kind == Answer::Kind::mark
               ? ngx_time() + realm.policy.lifetimes.absolute + realm.policy.rules.leeway
               : token_end;
}

// Those that may speak against the token, but for the realm's epoch.
class KeysOf {
public:
    explicit KeysOf(const cache::VerifiedToken& token) {
        if (token.has_tenant) {
            keys_.at(size_++) = token.epoch;
        }
        if (token.has_user) {
            keys_.at(size_++) = token.stale;
        }
        for (std::size_t i = 0; i < token.ids; ++i) {
            keys_.at(size_++) = token.revoked.at(i);
        }
    }

    const cache::Digest* begin() const { return keys_.data(); }
    const cache::Digest* end() const { return keys_.data() + size_; }

private:
    std::array<cache::Digest, 4> keys_;
    std::size_t size_ = 0;
};

}  // namespace

cache::Digest Mirror::digest(std::string_view key) const {
    return session::digest_of(realm_.server_identity, key);
}

bool Mirror::is_tracked() const {
    return zone_of(realm_).coherence.untracked.load(std::memory_order_acquire) == 0;
}

// Whether every change up to now was told, but for those of the last "max_stale".
bool Mirror::is_proven() const {
    const auto bound = static_cast<std::uint64_t>(realm_.policy.max_stale_ms);
    return cache::is_proven(zone_of(realm_).coherence, realm_.server_number, ngx_current_msec,
                            bound);
}

// The epoch is read behind the proof: a connection that came in between is seen by its new epoch.
bool Mirror::is_fresh(const Answer& answer) const {
    const cache::Coherence& coherence = zone_of(realm_).coherence;
    const auto bound = static_cast<std::uint64_t>(realm_.policy.max_stale_ms);
    if (answer.doubtful) {
        return false;
    }
    if (!is_tracked()) {
        return coherence.server.load(std::memory_order_acquire) == realm_.server_number &&
               ngx_current_msec - answer.asked <= bound;
    }
    return is_proven() && coherence.view.load(std::memory_order_acquire) == store_.view() &&
           coherence.epoch.load(std::memory_order_acquire) == answer.epoch;
}

// A revocation needs no proof: only the message that its key has changed casts doubt on it. Where
// the server does not tell, it is asked again.
std::optional<Reply> Mirror::known(const Read& read) {
    if (!is_mirrored(read)) {
        return std::nullopt;
    }
    const cache::Digest key = digest(read.command[1]);
    const std::uint32_t changes = answers_of(realm_).changes(key);
    auto answer = answers_of(realm_).find(key, now());
    const bool stands =
        answer && answer->kind == Answer::Kind::revoked && !answer->doubtful && is_tracked();
    if (!answer || (!stands && !is_fresh(*answer))) {
        return std::nullopt;
    }
    if (answer->kind == Answer::Kind::revoked && answer->until < read.until) {
        // Tokens of one session end at different times.
        answer->until = read.until;
        keep(key, *answer, changes, true);
    }
    return reply_of(read, *answer);
}

// Of what this worker asks; 0 where the changes of other servers are told.
std::uint64_t Mirror::epoch() const {
    const cache::Coherence& coherence = zone_of(realm_).coherence;
    return coherence.view.load(std::memory_order_acquire) == store_.view()
               ? coherence.epoch.load(std::memory_order_acquire)
               : 0;
}

Mirror::Asked Mirror::about(const Read& read) const {
    const cache::Digest key = digest(read.command[1]);
    return {key, answers_of(realm_).changes(key), ngx_current_msec, epoch(), generation_.era()};
}

// A question on its way may be older than the last change that was told, or than what is still of
// use where nobody tells.
bool Mirror::may_wait_for(const Asked& asked) const {
    const auto bound = static_cast<std::uint64_t>(realm_.policy.max_stale_ms);
    return asked.changes == answers_of(realm_).changes(asked.key) && asked.epoch == epoch() &&
           ngx_current_msec - asked.at <= bound;
}

bool Mirror::knows_rejects() const {
    return zone_of(realm_).rejects.load(std::memory_order_acquire);
}

bool Mirror::wants_generation(const Read& read) const {
    if (!is_mirrored(read) || !knows_rejects()) {
        return false;
    }
    const auto answer = answers_of(realm_).find(digest(read.command[1]), now());
    return answer && answer->rejects();
}

Reply Mirror::learn(const Read& read, const Asked& asked, const Reply& reply, bool unchanged) {
    auto answer = answer_of(read, reply);
    if (!answer) {
        return in_place_of(reply, read);
    }
    answer->asked = asked.at;
    answer->epoch = asked.epoch;
    answer->era = asked.era;
    answer->until = until_of(*answer, read.until, realm_);
    return reply_of(read, keep(asked.key, *answer, asked.changes, !is_tracked() && unchanged));
}

// A key that is there speaks against everybody, a time against who was issued by then.
bool Mirror::is_good(const cache::Digest& key, std::int64_t issued) const {
    const auto answer = answers_of(realm_).find(key, now());
    return answer && is_fresh(*answer) &&
           (answer->kind == Answer::Kind::absent ||
            (answer->kind == Answer::Kind::mark && answer->value < issued));
}

bool Mirror::is_good(const cache::VerifiedToken& token) const {
    const cache::AnswerTable answers = answers_of(realm_);
    const KeysOf keys(token);
    for (const cache::Digest& key : keys) {
        answers.approach(key);
    }
    return is_good(realm_.epoch_digest, token.issued) &&
           std::all_of(keys.begin(), keys.end(),
                       [&](const cache::Digest& key) { return is_good(key, token.issued); });
}

// Numbers that only grow: their sum is the same where each of them is.
std::uint64_t Mirror::changes_of(const cache::VerifiedToken& token) const {
    const cache::AnswerTable answers = answers_of(realm_);
    std::uint64_t sum = answers.changes(realm_.epoch_digest);
    for (const cache::Digest& key : KeysOf(token)) {
        sum += answers.changes(key);
    }
    return sum;
}

// What changes while it looks is not in the numbers that it has read before.
bool Mirror::prove(const cache::VerifiedToken& token, Proof& proof) const {
    const Proof seen = {epoch(), changes_of(token), now()};
    const bool good = is_good(token);
    proof = good && is_tracked() ? seen : Proof();
    return good;
}

// The answers that it stands on are looked at now and then, so that the zone does not take them for
// unused. As in is_fresh() the order counts: what was told before the proof is seen behind it.
bool Mirror::holds(const Proof& proof, const cache::VerifiedToken& token) const {
    constexpr std::uint32_t kSeconds = 10;
    return proof.epoch != 0 && now() - proof.at < kSeconds && is_tracked() && is_proven() &&
           epoch() == proof.epoch && changes_of(token) == proof.changes;
}

bool Mirror::is_against(const std::vector<cache::Digest>& keys, std::int64_t issued) const {
    const auto speaks = [this, issued](const cache::Digest& key) {
        const auto answer = answers_of(realm_).find(key, now());
        return answer && answer->rejects() &&
               (answer->kind != Answer::Kind::mark || answer->value >= issued);
    };
    return knows_rejects() && std::any_of(keys.begin(), keys.end(), speaks);
}

std::optional<Reply> Mirror::last_known(const Read& read) const {
    const auto bound = realm_.last_known_ms + static_cast<ngx_msec_t>(realm_.policy.max_stale_ms);
    const auto answer = realm_.last_known_ms != 0 && is_mirrored(read)
                            ? answers_of(realm_).find(digest(read.command[1]), now())
                            : std::nullopt;
    if (!answer) {
        return std::nullopt;
    }
    const cache::Coherence& state = zone_of(realm_).coherence;
    std::uint64_t proven = answer->asked;
    if (answer->epoch == state.last_epoch.load(std::memory_order_acquire) &&
        state.server.load(std::memory_order_acquire) == realm_.server_number) {
        proven = std::max(proven, state.last_proven.load(std::memory_order_acquire));
    }
    const bool good = !answer->doubtful && ngx_current_msec - proven <= bound;
    return good || answer->rejects() ? std::optional(reply_of(read, *answer)) : std::nullopt;
}

Reply Mirror::floor(const Read& read) const {
    if (is_mirrored(read)) {
        const auto answer = answers_of(realm_).find(digest(read.command[1]), now());
        if (answer && answer->rejects()) {
            return reply_of(read, *answer);
        }
    }
    return reply_of(read, Answer());
}

// What is known against somebody counts more than an error.
Reply Mirror::in_place_of(const Reply& error, const Read& read) const {
    const auto answer = answers_of(realm_).find(digest(read.command[1]), now());
    return answer && answer->rejects() ? reply_of(read, *answer) : error;
}

bool Mirror::is_news(const Reply& reply) const {
    const bool is_against = reply.type == Reply::Type::string || reply.integer != 0;
    return is_against || knows_rejects();
}

Reply Mirror::note(const Read& read, const Reply& reply, std::uint32_t era, bool unchanged) {
    if (!is_mirrored(read)) {
        return reply;
    }
    auto answer = answer_of(read, reply);
    if (!answer) {
        return in_place_of(reply, read);
    }
    if (!answer->rejects() && !knows_rejects()) {
        return reply;  // nothing is known that it would take back
    }
    const cache::Digest key = digest(read.command[1]);
    if (!answer->rejects() && !answers_of(realm_).find(key, now())) {
        return reply;
    }
    answer->era = era;
    answer->until = until_of(*answer, read.until, realm_);
    return reply_of(read, keep(key, *answer, answers_of(realm_).changes(key), unchanged));
}

void Mirror::revoked(std::string_view user, const std::vector<std::string>& ids,
                     std::int64_t until) {
    for (const std::string& id : ids) {
        const std::string key = session::revoked_key(realm_.policy.store_prefix, user, id);
        Reply there;
        there.type = Reply::Type::integer;
        there.integer = 1;
        note({{"EXISTS", key}, until}, there, generation_.era(), false);
        tell_change(realm_, key);
    }
}

void Mirror::marked(std::string_view user) {
    changed(session::stale_key(realm_.policy.store_prefix, user));
}

void Mirror::changed(std::string_view name) {
    const cache::Digest key = digest(name);
    const ZoneLock lock(realm_);
    answers_of(realm_).forget(key, zone_of(realm_).coherence.epoch.load(std::memory_order_acquire),
                              now());
    tell_change_locked(realm_, name);
}

// It counts at once, and is asked for again where the store answers.
void Mirror::marked(std::string_view name, const std::string& mark) {
    changed(name);
    Reply reply;
    reply.type = Reply::Type::string;
    reply.text = mark;
    note({{"GET", std::string(name)}, 0}, reply, generation_.era(), true);
}

// Not even where the store is away does the mark count any more: in place of it stands an answer
// that is too old to be used.
void Mirror::deleted(std::string_view name) {
    changed(name);
    const cache::Digest key = digest(name);
    const ZoneLock lock(realm_);
    cache::AnswerTable answers = answers_of(realm_);
    Answer none;
    none.kind = Answer::Kind::absent;
    none.doubtful = true;
    answers.put(key, none, answers.changes(key), now());
}

// What speaks against somebody, and of which nobody told that it has changed, gives way to nothing
// weaker: a flush, a failover, a slot that moved meanwhile, a lost connection or a late answer are
// no deletion. The result is what holds. `believe`: nobody tells of changes, and the store is the
// one that it was when it spoke against somebody, or has repeated it since.
Answer Mirror::keep(const cache::Digest& key, Answer answer, std::uint32_t changes, bool believe) {
    const ZoneLock lock(realm_);
    cache::AnswerTable answers = answers_of(realm_);
    const auto known = answers.find(key, now());
    const bool deletable =
        known && known->doubtful && known->epoch == answer.epoch &&
        answer.epoch == zone_of(realm_).coherence.epoch.load(std::memory_order_acquire);
    const bool stands = known && known->rejects() && !deletable;
    if (stands && is_weaker(answer, *known) && !(believe && known->era == answer.era)) {
        answer.kind = known->kind;
        answer.value = known->value;
        answer.era = known->era;
    }
    if (known && known->kind == answer.kind) {
        answer.until = std::max(answer.until, known->until);  // sessions have several tokens
    }
    answers.put(key, answer, changes, now());
    if (answer.rejects()) {
        zone_of(realm_).rejects.store(true, std::memory_order_release);
    }
    return answer;
}

}  // namespace nginx
