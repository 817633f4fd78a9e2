// Whether enough replicas have what the store has acknowledged: WAIT, on connections of their own,
// for it holds up all that follows on the one it is asked on.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "redis_pool.hpp"
#include "redis_store.hpp"

namespace nginx {

// Of one realm in one worker. Nothing is connected before the first question.
class Replicas final : public Store {
public:
    // Keys that a request has written, and the nodes that were to do so.
    using Writes = std::vector<std::pair<std::string, RedisServerPtr>>;

    // Realm, store and meter must outlive it; the log is copied.
    Replicas(const Realm& realm, const RedisStore& store, const ngx_log_t& log, StoreMeter& meter);
    ~Replicas() override;
    Replicas(const Replicas&) = delete;
    Replicas& operator=(const Replicas&) = delete;

    // Adds what the commands write, before they are asked.
    void note(const redis::Commands& commands, Writes& writes) const;

    // That all of it has arrived where it has to; nothing where nobody can tell any more.
    std::vector<redis::Arguments> question(const Writes& writes) const;
    // A node that is no master any more may have told nobody.
    bool is_yes(const std::vector<redis::Reply>& replies, const Writes& writes) const;

    bool ask(redis::Commands commands, redis::Asker& asker) override;
    void tell(redis::Commands) override {}
    void forget(const redis::Asker& asker) override;
    StoreMeter& meter() const override { return meter_; }
    bool takes_digests() const override { return false; }
    void close_all();

private:
    class Part;
    class Inquiry;
    struct Seat;

    RedisPool& pool_to(const RedisServerPtr& server);
    void leave_old();
    void end(const Inquiry& inquiry);

    const Realm& realm_;
    const RedisStore& store_;
    ngx_log_t log_;
    StoreMeter& meter_;
    std::vector<std::unique_ptr<Seat>> seats_;  // one for each node that was asked
    std::list<std::unique_ptr<Inquiry>> inquiries_;
};

}  // namespace nginx
