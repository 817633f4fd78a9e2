#include "lookup.hpp"

#include <algorithm>
#include <optional>

#include "mirror.hpp"

namespace nginx {

using redis::Reply;

struct Questions::Item {
    Read read;
    std::optional<Mirror::Asked> asked;  // nothing: nobody else waits, nothing is kept
    std::size_t generation = 0;          // the place of that reply behind all items; 0: not asked
    std::vector<Waiter> waiters;
};

// Commands of one request whose replies others may wait for too: it outlives the request.
class Questions::Batch final : public redis::Asker {
public:
    explicit Batch(Questions& questions) : timer(questions.store_.meter()), questions_(questions) {}

    // Both destroy the batch.
    void replied(std::vector<Reply> replies) override {
        timer.answered(replies);
        questions_.finish(*this, replies);
    }
    void unanswered() override {
        timer.unanswered();
        questions_.finish(*this, {});
    }

    StoreTimer timer;
    std::vector<Item> items;
    std::size_t replies = 0;  // that are to come

private:
    Questions& questions_;
};

Questions::Questions(Mirror& mirror, Store& store) : mirror_(mirror), store_(store) {}

Questions::~Questions() {
    for (const auto& batch : batches_) {
        store_.forget(*batch);
    }
}

// Sorts the open reads into those that are asked already, and a batch of the others.
Questions::Batch& Questions::gather(Lookup& lookup, const std::vector<Read>& reads,
                                    const std::vector<std::size_t>& open) {
    Batch& batch = *batches_.emplace_back(std::make_unique<Batch>(*this));
    batch.items.reserve(open.size());  // others point to them
    for (const std::size_t index : open) {
        Item item;
        item.read = reads[index];
        item.waiters.push_back({&lookup, index});
        if (!is_mirrored(item.read)) {
            batch.items.push_back(std::move(item));
            continue;
        }
        item.asked = mirror_.about(item.read);
        auto& [asking, asked] = pending_[item.asked->key];
        if (asked != nullptr && mirror_.may_wait_for(*asked->asked)) {
            asked->waiters.push_back({&lookup, index});
            continue;
        }
        batch.items.push_back(std::move(item));
        asking = &batch;
        asked = &batch.items.back();
    }
    return batch;
}

bool Questions::ask(Lookup& lookup, const std::vector<Read>& reads,
                    const std::vector<std::size_t>& open) {
    Batch& batch = gather(lookup, reads, open);
    std::vector<redis::Arguments> commands;
    commands.reserve(batch.items.size());
    for (const Item& item : batch.items) {
        commands.push_back(item.read.command);
    }
    const bool joined = commands.empty();
    for (Item& item : batch.items) {
        if (item.asked && mirror_.wants_generation(item.read)) {
            item.generation = commands.size();
            commands.push_back(mirror_.generation().question(item.read.command[1]));
        }
    }
    batch.replies = commands.size();
    batch.timer.start();
    if (!joined && store_.ask(std::move(commands), batch)) {
        return true;
    }
    if (!joined) {
        batch.timer.unanswered();
        withdraw(lookup);
    }
    remove(batch);
    return joined;
}

void Questions::withdraw(const Lookup& lookup) {
    const auto is_of = [&lookup](const Waiter& waiter) { return waiter.lookup == &lookup; };
    for (const auto& batch : batches_) {
        for (Item& item : batch->items) {
            item.waiters.erase(std::remove_if(item.waiters.begin(), item.waiters.end(), is_of),
                               item.waiters.end());
        }
    }
}

void Questions::remove(const Batch& batch) {
    for (const Item& item : batch.items) {
        const auto pending = item.asked ? pending_.find(item.asked->key) : pending_.end();
        if (pending != pending_.end() && pending->second.first == &batch) {
            pending_.erase(pending);
        }
    }
    batches_.remove_if([&batch](const std::unique_ptr<Batch>& own) { return own.get() == &batch; });
}

void Questions::finish(Batch& batch, const std::vector<Reply>& replies) {
    const bool answered = replies.size() == batch.replies;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        const Item& item = batch.items[i];
        Reply reply;
        if (answered) {
            const bool unchanged =
                item.generation != 0 &&
                mirror_.generation().holds(item.read.command[1], replies[item.generation],
                                           item.asked->era);
            reply = item.asked ? mirror_.learn(item.read, *item.asked, replies[i], unchanged)
                               : replies[i];
        }
        for (const Waiter& waiter : item.waiters) {
            waiter.lookup->deliver(waiter.index, answered ? &reply : nullptr);
        }
    }
    remove(batch);
}

Lookup::Lookup(ngx_http_request_t* r, Mirror& mirror) : mirror_(mirror), suspension_(r) {}

Lookup::~Lookup() {
    if (missing_ > 0) {
        mirror_.questions().withdraw(*this);
    }
}

bool Lookup::start(const std::vector<Read>& reads, Suspension::Take take,
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
    if (!mirror_.questions().ask(*this, reads, open)) {
        missing_ = 0;
        replies_.clear();
        return false;
    }
    return true;
}

void Lookup::deliver(std::size_t index, const Reply* reply) {
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
