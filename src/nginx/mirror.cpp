#include "mirror.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "../cache/coherence.hpp"
#include "../session/hash.hpp"
#include "../session/keys.hpp"
#include "live_feed.hpp"
#include "zone.hpp"

namespace nginx {
namespace {

using cache::Answer;
using redis::Reply;

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();  // the mark "*"

std::uint32_t now() {
    return static_cast<std::uint32_t>(ngx_time());
}

bool is_exists(const redis::Arguments& command) {
    return command.front() == "EXISTS";
}

// Reads of records change with every request of their session, and are asked for each time.
bool is_mirrored(const Read& read) {
    return read.is_told && (is_exists(read.command) || read.command.front() == "GET");
}

Reply integer(std::int64_t value) {
    Reply reply;
    reply.type = Reply::Type::integer;
    reply.integer = value;
    return reply;
}

// As the store would say it.
Reply reply_of(const redis::Arguments& command, const Answer& answer) {
    if (is_exists(command)) {
        return integer(answer.kind == Answer::Kind::revoked ? 1 : 0);
    }
    Reply reply;
    if (answer.kind == Answer::Kind::mark) {
        reply.type = Reply::Type::string;
        reply.text = answer.value == kAll ? "*" : std::to_string(answer.value);
    }
    return reply;
}

// Nothing where the reply is none that can be believed.
std::optional<Answer> answer_of(const redis::Arguments& command, const Reply& reply) {
    Answer answer;
    if (is_exists(command)) {
        if (reply.type != Reply::Type::integer || reply.integer < 0 || reply.integer > 1) {
            return std::nullopt;
        }
        answer.kind = reply.integer == 1 ? Answer::Kind::revoked : Answer::Kind::absent;
        return answer;
    }
    if (reply.type == Reply::Type::nil) {
        answer.kind = Answer::Kind::absent;
        return answer;
    }
    if (reply.type != Reply::Type::string) {
        return std::nullopt;
    }
    answer.kind = Answer::Kind::mark;
    answer.value = kAll;
    if (reply.text != "*") {
        const char* end = reply.text.data() + reply.text.size();
        const auto [stop, fault] = std::from_chars(reply.text.data(), end, answer.value);
        if (fault != std::errc() || stop != end || answer.value < 0) {
            return std::nullopt;
        }
    }
    return answer;
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

}  // namespace

struct Mirror::Item {
    Read read;
    std::optional<cache::Digest> key;  // nothing: nobody else waits, nothing is kept
    std::uint32_t changes = 0;         // near the key, when the question was sent
    std::vector<Waiter> waiters;
};

// Commands of one request whose replies others may wait for too: it outlives the request.
class Mirror::Batch final : public redis::Asker {
public:
    explicit Batch(Mirror& mirror) : timer(mirror.pool_.meter()), mirror_(mirror) {}

    // Both destroy the batch.
    void replied(std::vector<Reply> replies) override {
        timer.answered(replies);
        mirror_.finish(*this, replies);
    }
    void unanswered() override {
        timer.unanswered();
        mirror_.finish(*this, {});
    }

    StoreTimer timer;
    std::vector<Item> items;
    std::uint64_t asked = 0;
    std::uint64_t epoch = 0;

private:
    Mirror& mirror_;
};

Mirror::Mirror(const Realm& realm, RedisPool& pool) : realm_(realm), pool_(pool) {}

Mirror::~Mirror() {
    for (const auto& batch : batches_) {
        pool_.forget(*batch);
    }
}

cache::Digest Mirror::digest(std::string_view key) const {
    return session::digest_of(realm_.server_identity, key);
}

bool Mirror::is_tracked() const {
    return zone_of(realm_).coherence.untracked.load(std::memory_order_acquire) == 0;
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
    return cache::is_proven(coherence, realm_.server_number, ngx_current_msec, bound) &&
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
    return reply_of(read.command, *answer);
}

// A key that is there speaks against everybody, a time against who was issued by then.
bool Mirror::is_good(const cache::Digest& key, std::int64_t issued) const {
    const auto answer = answers_of(realm_).find(key, now());
    return answer && is_fresh(*answer) &&
           (answer->kind == Answer::Kind::absent ||
            (answer->kind == Answer::Kind::mark && answer->value < issued));
}

bool Mirror::is_good(const cache::VerifiedToken& token) const {
    bool good = is_good(realm_.epoch_digest, token.issued) &&
                (!token.has_tenant || is_good(token.epoch, token.issued)) &&
                (!token.has_user || is_good(token.stale, token.issued));
    for (std::size_t i = 0; i < token.ids; ++i) {
        good = good && is_good(token.revoked.at(i), token.issued);
    }
    return good;
}

Reply Mirror::floor(const Read& read) const {
    if (is_mirrored(read)) {
        const auto answer = answers_of(realm_).find(digest(read.command[1]), now());
        if (answer && answer->rejects()) {
            return reply_of(read.command, *answer);
        }
    }
    return is_exists(read.command) ? integer(0) : Reply();
}

void Mirror::note(const Read& read, const Reply& reply) {
    auto answer = is_mirrored(read) ? answer_of(read.command, reply) : std::nullopt;
    if (!answer ||
        (!answer->rejects() && !zone_of(realm_).rejects.load(std::memory_order_acquire))) {
        return;  // or nothing is known that it would take back
    }
    const cache::Digest key = digest(read.command[1]);
    if (answer->rejects() || answers_of(realm_).find(key, now())) {
        answer->until = until_of(*answer, read.until, realm_);
        keep(key, *answer, answers_of(realm_).changes(key), true);
    }
}

void Mirror::revoked(std::string_view user, const std::vector<std::string>& ids,
                     std::int64_t until) {
    for (const std::string& id : ids) {
        const std::string key = session::revoked_key(realm_.policy.store_prefix, user, id);
        note({{"EXISTS", key}, until}, integer(1));
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
    note({{"GET", std::string(name)}, 0}, reply);
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
// weaker: a flush, a failover, a lost connection or a late answer are no deletion. The result is
// what holds. `believe`: nobody tells of changes, what the store says now is all there is.
Answer Mirror::keep(const cache::Digest& key, Answer answer, std::uint32_t changes, bool believe) {
    const ZoneLock lock(realm_);
    cache::AnswerTable answers = answers_of(realm_);
    const auto known = answers.find(key, now());
    const bool stands =
        known && known->rejects() && !(known->doubtful && known->epoch == answer.epoch);
    if (!believe && stands && is_weaker(answer, *known)) {
        answer.kind = known->kind;
        answer.value = known->value;
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

// A question on its way may be older than the last change that was told, or than what is still of
// use where nobody tells.
bool Mirror::may_join(const Batch& batch, const Item& item) const {
    const auto bound = static_cast<std::uint64_t>(realm_.policy.max_stale_ms);
    return item.changes == answers_of(realm_).changes(*item.key) &&
           batch.epoch == zone_of(realm_).coherence.epoch.load(std::memory_order_acquire) &&
           ngx_current_msec - batch.asked <= bound;
}

// Sorts the open reads into those that are asked already, and a batch of the others.
Mirror::Batch& Mirror::gather(Lookup& lookup, const std::vector<Read>& reads,
                              const std::vector<std::size_t>& open) {
    Batch& batch = *batches_.emplace_back(std::make_unique<Batch>(*this));
    batch.asked = ngx_current_msec;
    batch.epoch = zone_of(realm_).coherence.epoch.load(std::memory_order_acquire);
    batch.items.reserve(open.size());  // others point to them
    for (const std::size_t index : open) {
        Item item;
        item.read = reads[index];
        item.waiters.push_back({&lookup, index});
        if (!is_mirrored(item.read)) {
            batch.items.push_back(std::move(item));
            continue;
        }
        item.key = digest(item.read.command[1]);
        item.changes = answers_of(realm_).changes(*item.key);
        auto& [asking, asked] = pending_[*item.key];
        if (asked != nullptr && may_join(*asking, *asked)) {
            asked->waiters.push_back({&lookup, index});
            continue;
        }
        batch.items.push_back(std::move(item));
        asking = &batch;
        asked = &batch.items.back();
    }
    return batch;
}

bool Mirror::ask(Lookup& lookup, const std::vector<Read>& reads,
                 const std::vector<std::size_t>& open) {
    Batch& batch = gather(lookup, reads, open);
    std::vector<redis::Arguments> commands;
    commands.reserve(batch.items.size());
    for (const Item& item : batch.items) {
        commands.push_back(item.read.command);
    }
    const bool joined = commands.empty();
    batch.timer.start();
    if (!joined && pool_.ask(std::move(commands), batch)) {
        return true;
    }
    if (!joined) {
        batch.timer.unanswered();
        withdraw(lookup);
    }
    remove(batch);
    return joined;
}

void Mirror::remove(const Batch& batch) {
    for (const Item& item : batch.items) {
        const auto pending = item.key ? pending_.find(*item.key) : pending_.end();
        if (pending != pending_.end() && pending->second.first == &batch) {
            pending_.erase(pending);
        }
    }
    batches_.remove_if([&batch](const std::unique_ptr<Batch>& own) { return own.get() == &batch; });
}

void Mirror::withdraw(const Lookup& lookup) {
    const auto is_of = [&lookup](const Waiter& waiter) { return waiter.lookup == &lookup; };
    for (const auto& batch : batches_) {
        for (Item& item : batch->items) {
            item.waiters.erase(std::remove_if(item.waiters.begin(), item.waiters.end(), is_of),
                               item.waiters.end());
        }
    }
}

// What the store said, kept, and as all who wait get it.
Reply Mirror::learn(const Batch& batch, const Item& item, const Reply& reply) {
    auto answer = item.key ? answer_of(item.read.command, reply) : std::nullopt;
    if (!answer) {
        return reply;
    }
    answer->asked = batch.asked;
    answer->epoch = batch.epoch;
    answer->until = until_of(*answer, item.read.until, realm_);
    return reply_of(item.read.command, keep(*item.key, *answer, item.changes, !is_tracked()));
}

void Mirror::finish(Batch& batch, const std::vector<Reply>& replies) {
    const bool answered = replies.size() == batch.items.size();
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        const Item& item = batch.items[i];
        const Reply reply = answered ? learn(batch, item, replies[i]) : Reply();
        for (const Waiter& waiter : item.waiters) {
            waiter.lookup->deliver(waiter.index, answered ? &reply : nullptr);
        }
    }
    remove(batch);
}

Mirror::Lookup::Lookup(ngx_http_request_t* r, Mirror& mirror) : mirror_(mirror), suspension_(r) {}

Mirror::Lookup::~Lookup() {
    if (missing_ > 0) {
        mirror_.withdraw(*this);
    }
}

bool Mirror::Lookup::start(const std::vector<Read>& reads, Suspension::Take take,
                           Suspension::Resume resume) {
    std::vector<std::size_t> open;
    replies_.resize(reads.size());
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (auto reply = mirror_.known(reads[i])) {
            replies_[i] = std::move(*reply);
        } else {
            open.push_back(i);
        }
    }
    hit_ = open.empty();
    if (hit_) {
        return false;
    }
    missing_ = open.size();
    suspension_.expect(std::move(take), resume);
    if (!mirror_.ask(*this, reads, open)) {
        missing_ = 0;
        replies_.clear();
        return false;
    }
    return true;
}

void Mirror::Lookup::deliver(std::size_t index, const Reply* reply) {
    if (reply != nullptr) {
        replies_[index] = *reply;
    } else {
        failed_ = true;
    }
    if (--missing_ == 0) {
        suspension_.post(failed_ ? std::vector<Reply>() : std::move(replies_));
    }
}

}  // namespace nginx
