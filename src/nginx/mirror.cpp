#include "mirror.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "../cache/coherence.hpp"
#include "../session/hash.hpp"
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
bool is_mirrored(const redis::Arguments& command) {
    return is_exists(command) || command.front() == "GET";
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

}  // namespace

// Commands of one request whose replies others may wait for too: it outlives the request.
class Mirror::Batch final : public redis::Asker {
public:
    struct Item {
        Read read;
        std::optional<cache::Digest> key;  // nothing: nobody else waits, nothing is kept
        std::uint32_t changes = 0;
        Waiter own;
    };

    explicit Batch(Mirror& mirror) : mirror_(mirror) {}

    // Both destroy the batch.
    void replied(std::vector<Reply> replies) override { mirror_.finish(*this, replies); }
    void unanswered() override { mirror_.finish(*this, {}); }

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

// The epoch is read behind the proof: a connection that came in between is seen by its new epoch.
bool Mirror::is_fresh(const Answer& answer) const {
    const cache::Coherence& coherence = zone_of(realm_).coherence;
    const auto bound = static_cast<std::uint64_t>(realm_.policy.max_stale_ms);
    if (coherence.untracked.load(std::memory_order_acquire) != 0) {
        return coherence.server.load(std::memory_order_acquire) == realm_.server_number &&
               ngx_current_msec - answer.asked <= bound;
    }
    return cache::is_proven(coherence, realm_.server_number, ngx_current_msec, bound) &&
           coherence.epoch.load(std::memory_order_acquire) == answer.epoch;
}

std::optional<Reply> Mirror::known(const redis::Arguments& command) const {
    if (!is_mirrored(command)) {
        return std::nullopt;
    }
    const auto answer = answers_of(realm_).find(digest(command[1]), now());
    const bool over = answer && answer->until != 0 && answer->until < ngx_time();
    if (!answer || over || (answer->kind != Answer::Kind::revoked && !is_fresh(*answer))) {
        return std::nullopt;
    }
    return reply_of(command, *answer);
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

Reply Mirror::floor(const redis::Arguments& command) const {
    if (is_mirrored(command)) {
        const auto answer = answers_of(realm_).find(digest(command[1]), now());
        if (answer && answer->rejects()) {
            return reply_of(command, *answer);
        }
    }
    return is_exists(command) ? integer(0) : Reply();
}

void Mirror::note(const Read& read, const Reply& reply) {
    auto answer = is_mirrored(read.command) ? answer_of(read.command, reply) : std::nullopt;
    if (!answer) {
        return;
    }
    const cache::Digest key = digest(read.command[1]);
    if (answer->rejects()) {
        answer->until = answer->kind == Answer::Kind::revoked ? read.until : 0;
        answer->asked = 0;
        keep(key, *answer, answers_of(realm_).changes(key));
    } else if (answers_of(realm_).find(key, now())) {
        const ZoneLock lock(realm_);
        answers_of(realm_).forget(key);
    }
}

void Mirror::forget(const std::string& key) {
    const ZoneLock lock(realm_);
    answers_of(realm_).forget(digest(key));
}

void Mirror::keep(const cache::Digest& key, Answer answer, std::uint32_t changes) {
    const ZoneLock lock(realm_);
    if (answer.kind == Answer::Kind::revoked) {
        // Tokens of one session end at different times.
        const auto known = answers_of(realm_).find(key, now());
        answer.until = known && known->kind == answer.kind ? std::max(known->until, answer.until)
                                                           : answer.until;
    }
    answers_of(realm_).put(key, answer, changes, now());
}

// Sorts the open reads into those that are asked already, and a batch of the others.
Mirror::Batch& Mirror::gather(Lookup& lookup, const std::vector<Read>& reads,
                              const std::vector<std::size_t>& open) {
    Batch& batch = *batches_.emplace_back(std::make_unique<Batch>(*this));
    batch.asked = ngx_current_msec;
    batch.epoch = zone_of(realm_).coherence.epoch.load(std::memory_order_acquire);
    batch.items.reserve(open.size());
    for (const std::size_t index : open) {
        Batch::Item item;
        item.read = reads[index];
        item.own = {&lookup, index};
        if (!is_mirrored(item.read.command)) {
            batch.items.push_back(std::move(item));
            continue;
        }
        item.key = digest(item.read.command[1]);
        item.changes = answers_of(realm_).changes(*item.key);
        const auto [pending, is_new] = pending_.try_emplace(*item.key);
        pending->second.push_back(item.own);
        if (is_new) {
            batch.items.push_back(std::move(item));
        }
    }
    return batch;
}

bool Mirror::ask(Lookup& lookup, const std::vector<Read>& reads,
                 const std::vector<std::size_t>& open) {
    Batch& batch = gather(lookup, reads, open);
    std::vector<redis::Arguments> commands;
    for (const Batch::Item& item : batch.items) {
        commands.push_back(item.read.command);
    }
    if (!commands.empty() && pool_.ask(std::move(commands), batch)) {
        return true;
    }
    const bool joined = batch.items.empty();
    for (const Batch::Item& item : batch.items) {
        if (item.key) {
            pending_.erase(*item.key);  // nobody else can have joined yet
        }
    }
    remove(batch);
    if (!joined) {
        withdraw(lookup);
    }
    return joined;
}

void Mirror::remove(const Batch& batch) {
    batches_.remove_if([&batch](const std::unique_ptr<Batch>& own) { return own.get() == &batch; });
}

void Mirror::withdraw(const Lookup& lookup) {
    const auto is_of = [&lookup](const Waiter& waiter) { return waiter.lookup == &lookup; };
    for (auto& [key, waiters] : pending_) {
        waiters.erase(std::remove_if(waiters.begin(), waiters.end(), is_of), waiters.end());
    }
    for (const auto& batch : batches_) {
        for (Batch::Item& item : batch->items) {
            item.own.lookup = item.own.lookup == &lookup ? nullptr : item.own.lookup;
        }
    }
}

// What was known through an earlier connection and speaks against more than the store does now: a
// flush, a failover or a connection that was lost are no deletion.
Answer Mirror::with_earlier(const cache::Digest& key, Answer answer) const {
    const auto earlier = answers_of(realm_).find(key, now());
    const bool tracked = zone_of(realm_).coherence.untracked.load(std::memory_order_acquire) == 0;
    if (tracked && earlier && earlier->kind == Answer::Kind::mark &&
        earlier->epoch != answer.epoch && earlier->epoch != 0 &&
        (answer.kind == Answer::Kind::absent || earlier->value > answer.value)) {
        answer.kind = Answer::Kind::mark;
        answer.value = earlier->value;
    }
    return answer;
}

// What the store said, kept, and as all who wait get it.
Reply Mirror::learn(const Batch& batch, std::size_t index, const Reply& reply) {
    const auto& item = batch.items[index];
    auto answer = answer_of(item.read.command, reply);
    if (!answer) {
        return reply;
    }
    answer->asked = batch.asked;
    answer->epoch = batch.epoch;
    answer->until = item.read.until;
    *answer = with_earlier(*item.key, *answer);
    if (answer->kind == Answer::Kind::mark) {
        answer->until = 0;
    }
    keep(*item.key, *answer, item.changes);
    return reply_of(item.read.command, *answer);
}

void Mirror::finish(Batch& batch, const std::vector<Reply>& replies) {
    const bool answered = replies.size() == batch.items.size();
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        const Batch::Item& item = batch.items[i];
        std::vector<Waiter> waiters;
        Reply reply;
        if (item.key) {
            if (answered) {
                reply = learn(batch, i, replies[i]);
            }
            const auto pending = pending_.find(*item.key);
            if (pending != pending_.end()) {
                waiters = std::move(pending->second);
                pending_.erase(pending);
            }
        } else if (item.own.lookup != nullptr) {
            reply = answered ? replies[i] : Reply();
            waiters.push_back(item.own);
        }
        for (const Waiter& waiter : waiters) {
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
        if (auto reply = mirror_.known(reads[i].command)) {
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
