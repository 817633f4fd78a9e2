// Whether enough replicas have what the store has acknowledged: WAIT, on a connection of its own,
// for it holds up all that follows on the one it is asked on.
#pragma once

#include <memory>
#include <vector>

#include "ngx.hpp"
#include "realm.hpp"
#include "redis_pool.hpp"
#include "redis_store.hpp"

namespace nginx {

// Of one realm in one worker. Nothing is connected before the first question.
class Replicas final : public Store {
public:
    // Realm, store and meter must outlive it; the log is copied.
    Replicas(const Realm& realm, const RedisStore& store, const ngx_log_t& log, StoreMeter& meter)
        : realm_(realm), store_(store), log_(log), meter_(meter) {}

    // That everything before has arrived where it has to.
    std::vector<redis::Arguments> question() const;
    bool is_yes(const std::vector<redis::Reply>& replies) const;

    // The node that writes go to now; another one may not have those before. Null: not known.
    RedisServerPtr master() const;

    bool ask(std::vector<redis::Arguments> commands, redis::Asker& asker) override;
    void tell(std::vector<redis::Arguments>) override {}
    void forget(const redis::Asker& asker) override;
    StoreMeter& meter() const override { return meter_; }
    bool takes_digests() const override { return false; }
    void close_all();

private:
    const Realm& realm_;
    const RedisStore& store_;
    ngx_log_t log_;
    StoreMeter& meter_;
    RedisServerPtr server_;
    std::unique_ptr<RedisPool> pool_;  // to that server
};

}  // namespace nginx
