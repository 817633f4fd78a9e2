// A worker's connections to a Redis that may move: questions follow it.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_pool.hpp"
#include "redis_store.hpp"

namespace nginx {

class MovingStore : public RedisStore {
public:
    ~MovingStore() override;
    MovingStore(const MovingStore&) = delete;
    MovingStore& operator=(const MovingStore&) = delete;

    StoreMeter& meter() const override { return meter_; }
    bool ask(redis::Commands commands, redis::Asker& asker) override;
    void tell(redis::Commands commands) override;
    void forget(const redis::Asker& asker) override;
    void close_all() override;
    std::vector<RedisServerPtr> masters() const override;
    bool is_down(const RedisServerPtr& master) const override {
        return pool_ != nullptr && pool_->is_down(master);
    }

protected:
    // Realm and meter must outlive it; the log is copied.
    MovingStore(const Realm& realm, const ngx_log_t& log, StoreMeter& meter);

    // A question found nobody, or a replica. Must not move the store from inside.
    virtual void doubt() = 0;

    enum class Old : std::uint8_t { closed, drained };

    // From now on the server is there. Connections to the old one are closed at once, and what was
    // only read is asked again at the new one; or when their questions are answered.
    void move_to(RedisServerPtr server, Old old);

    // It is not there any more: questions wait for another place until their time is over.
    void leave();

    // The same, before long: for who is called from inside a connection.
    void leave_soon();

    // Nobody can tell where it is: questions need not wait.
    void give_up();

    const RedisServerPtr& server() const { return server_; }
    const Realm& realm() const { return realm_; }
    ngx_log_t* log() { return &log_; }

private:
    struct Waiting;
    using List = std::list<Waiting>;

    bool put(redis::Commands commands, redis::Asker* asker);
    bool send(Waiting& waiting);
    void send_parked();
    bool may_repeat(const Waiting& waiting) const;
    void park(Waiting& waiting);
    redis::Asker* end(Waiting& waiting);
    void end_unanswered(Waiting& waiting);
    void replied(Waiting& waiting, std::vector<redis::Reply> replies);
    void unanswered(Waiting& waiting);
    void close_old(std::unique_ptr<RedisPool> pool);
    void tick();
    void schedule();

    const Realm& realm_;
    ngx_log_t log_;
    StoreMeter& meter_;
    bool hopeless_ = false;
    bool leaving_ = false;  // soon
    bool closing_ = false;
    List asked_;   // of a pool
    List parked_;  // for a server that is not known yet
    RedisServerPtr server_;
    std::unique_ptr<RedisPool> pool_;
    std::vector<std::unique_ptr<RedisPool>> old_;  // until their questions are answered
    Timer timer_;
};

}  // namespace nginx
