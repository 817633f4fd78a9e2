#include "replicas.hpp"

#include <algorithm>
#include <iterator>

#include "../../redis/repeat.hpp"
#include "../../redis/scatter.hpp"
#include "../../redis/slots.hpp"
#include "../random.hpp"

namespace nginx {

struct Replicas::Seat {
    Seat(RedisServerPtr where, const ngx_log_t& log, StoreMeter& meter)
        : server(std::move(where)), pool(server, 1, log, meter) {}

    const RedisServerPtr server;
    RedisPool pool;
};

// What one node is asked.
class Replicas::Part final : public redis::Asker {
public:
    Part(Inquiry& inquiry, RedisPool& pool) : inquiry_(inquiry), pool_(pool) {}
    ~Part() {
        if (waiting_) {
            pool_.forget(*this);
        }
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    bool ask(redis::Commands commands, ngx_msec_t deadline) {
        waiting_ = pool_.ask_until(std::move(commands), *this, deadline);
        return waiting_;
    }

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override { replied({}); }

private:
    Inquiry& inquiry_;
    RedisPool& pool_;
    bool waiting_ = false;
};

// A question on its way to all nodes that it is about.
class Replicas::Inquiry {
public:
    Inquiry(Replicas& replicas, redis::Asker& asker) : replicas_(replicas), asker_(asker) {}

    bool is_of(const redis::Asker& asker) const { return &asker_ == &asker; }

    // False: one of them cannot be asked.
    bool ask(RedisPool& pool, redis::Commands commands, ngx_msec_t deadline) {
        ++open_;
        return parts_.emplace_back(*this, pool).ask(std::move(commands), deadline);
    }

    void take(std::vector<redis::Reply> replies) {
        failed_ = failed_ || replies.empty();
        std::move(replies.begin(), replies.end(), std::back_inserter(replies_));
        if (--open_ == 0) {
            replicas_.end(*this);
        }
    }

    void tell() {
        if (failed_) {
            asker_.unanswered();
        } else {
            asker_.replied(std::move(replies_));
        }
    }

private:
    Replicas& replicas_;
    redis::Asker& asker_;
    std::list<Part> parts_;
    std::size_t open_ = 0;  // of them, without an answer
    std::vector<redis::Reply> replies_;
    bool failed_ = false;
};

// Destroys the part.
void Replicas::Part::replied(std::vector<redis::Reply> replies) {
    waiting_ = false;
    inquiry_.take(std::move(replies));
}

Replicas::Replicas(const Realm& realm, const RedisStore& store, const ngx_log_t& log,
                   StoreMeter& meter)
    : realm_(realm), store_(store), log_(log), meter_(meter) {}

Replicas::~Replicas() = default;

void Replicas::note(const redis::Commands& commands, Writes& writes) const {
    for (const redis::Arguments& command : commands) {
        if (!redis::is_read(command)) {
            const std::string key(redis::key_of(command));
            writes.emplace_back(key, store_.master_of(key));
        }
    }
}

// WAIT is about the last write of its own connection: one that comes behind all others. A key that
// nobody has written before: where its slot is on its way to another node, as the keys that were
// written may be, it is not taken.
std::vector<redis::Arguments> Replicas::question(const Writes& writes) const {
    const std::string prefix = realm_.policy.store_prefix + "waited:" + random_id() + ":{";
    std::vector<redis::Arguments> commands;
    for (const auto& [key, server] : writes) {
        redis::Arguments mark = {"SET", prefix + std::string(redis::hashed_part(key)) + "}", "1",
                                 "EX", "1"};
        if (server == nullptr || store_.master_of(mark[1]) != server) {
            return {};
        }
        if (std::find(commands.begin(), commands.end(), mark) == commands.end()) {
            commands.push_back(std::move(mark));
        }
    }
    return commands;
}

bool Replicas::is_yes(const std::vector<redis::Reply>& replies, const Writes& writes) const {
    const auto is_there = [this](const redis::Reply& reply) {
        return reply.type == redis::Reply::Type::integer
                   ? reply.integer >= static_cast<std::int64_t>(realm_.wait_replicas)
                   : !reply.is_error();
    };
    const auto is_still = [this](const auto& write) {
        return write.second != nullptr && store_.master_of(write.first) == write.second;
    };
    return !replies.empty() && std::all_of(replies.begin(), replies.end(), is_there) &&
           std::all_of(writes.begin(), writes.end(), is_still);
}

// To each node what is its, and WAIT behind it.
bool Replicas::ask(redis::Commands commands, redis::Asker& asker) {
    std::vector<std::pair<RedisServerPtr, std::vector<redis::Arguments>>> groups;
    for (const redis::Arguments& command : commands) {
        RedisServerPtr server = store_.master_of(redis::key_of(command));
        if (server == nullptr) {
            return false;
        }
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&server](const auto& other) { return other.first == server; });
        if (group == groups.end()) {
            group = groups.emplace(group, std::move(server), std::vector<redis::Arguments>());
        }
        group->second.push_back(command);
    }
    leave_old();
    auto inquiry = std::make_unique<Inquiry>(*this, asker);
    for (auto& [server, own] : groups) {
        own.push_back(
            {"WAIT", std::to_string(realm_.wait_replicas), std::to_string(realm_.wait_ms)});
        if (!inquiry->ask(pool_to(server), std::move(own),
                          ngx_current_msec + server->timeout + realm_.wait_ms)) {
            return false;
        }
    }
    if (groups.empty()) {
        return false;
    }
    inquiries_.push_back(std::move(inquiry));
    return true;
}

RedisPool& Replicas::pool_to(const RedisServerPtr& server) {
    for (const auto& seat : seats_) {
        if (seat->server == server) {
            return seat->pool;
        }
    }
    return seats_.emplace_back(std::make_unique<Seat>(server, log_, meter_))->pool;
}

// Nodes that are no masters any more, once nobody waits for them.
void Replicas::leave_old() {
    const std::vector<RedisServerPtr> masters = store_.masters();
    const auto is_old = [&masters](const std::unique_ptr<Seat>& seat) {
        return seat->pool.idle() &&
               std::find(masters.begin(), masters.end(), seat->server) == masters.end();
    };
    seats_.erase(std::remove_if(seats_.begin(), seats_.end(), is_old), seats_.end());
}

void Replicas::end(const Inquiry& inquiry) {
    const auto own =
        std::find_if(inquiries_.begin(), inquiries_.end(),
                     [&inquiry](const auto& other) { return other.get() == &inquiry; });
    const std::unique_ptr<Inquiry> over = std::move(*own);
    inquiries_.erase(own);
    over->tell();
}

void Replicas::forget(const redis::Asker& asker) {
    inquiries_.remove_if([&asker](const auto& inquiry) { return inquiry->is_of(asker); });
}

void Replicas::close_all() {
    for (const auto& seat : seats_) {
        seat->pool.close_all();
    }
}

}  // namespace nginx
